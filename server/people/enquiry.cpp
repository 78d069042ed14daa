#include "people/enquiry.hpp"

#include <limits>

#include "base/version.hpp"
#include "live/emit.hpp"
#include "people/consent_rules.hpp"
#include "people/enquiry_rules.hpp"
#include "people/reach.hpp"

namespace circled::people {
namespace {

// How many are purged in one transaction.
constexpr std::int64_t purged_at_once = 200;

// WHERE chooses; nothing finds what was purged.
#define CIRCLED_ENQUIRIES(WHERE)                                                                         \
  "SELECT e.id, e.site_id, e.whom, e.number, e.ask_for, e.voicemail, e.best_time, e.asked_at, e.state, " \
  "e.state_at, e.calls, e.first_call_at, "                                                               \
  "(SELECT t.what FROM enquiry_step t WHERE t.enquiry_id = e.id ORDER BY t.number DESC LIMIT 1), "       \
  "(SELECT t.at FROM enquiry_step t WHERE t.enquiry_id = e.id ORDER BY t.number DESC LIMIT 1), "         \
  "e.session_id, s.starts_at, s.status = 'cancelled', e.client_id, e.version FROM enquiry e "            \
  "LEFT JOIN session s ON s.id = e.session_id WHERE " WHERE " AND e.purged_at IS NULL "

std::optional<Enquiry> find(Snapshot& db, EnquiryId id) {
  const auto row = db.one<EnquiryRow>(CIRCLED_ENQUIRIES("e.id = $1"), id);
  if (!row) return std::nullopt;
  Enquiry found;
  static_cast<EnquiryRow&>(found) = *row;
  found.path = db.all<EnquiryStep>(
      "SELECT t.at, s.name, t.what, t.note FROM enquiry_step t JOIN staff s ON s.person_id = t.by_id "
      "WHERE t.enquiry_id = $1 ORDER BY t.number",
      id);
  return found;
}

bool works_at(const api::Identity& who, SiteId site) {
  return api::Supervisor::accepts(who.role) || (api::StaffMember::accepts(who.role) && who.site == site);
}

// The enquiry, if this caller may change it, saw it as it is, and it has not ended.
Result<Enquiry> for_changing(Transaction& tx, const api::Identity& who, EnquiryId id, std::int64_t version) {
  auto found = enquiry(tx, who, id);
  if (!found) return found;
  if (found->version != version)
    return circled::changed_meanwhile(*found, "Somebody changed this enquiry since you read it.");
  if (rules::ended(found->state))
    return conflict("ended", "This enquiry has ended: whoever asks again makes another one.");
  return found;
}

// The step that makes the enquiry's next version, with the rest of the row already as it is to be.
Enquiry step(Transaction& tx, const api::Identity& who, const access::Actor& actor, std::string_view action,
             const Enquiry& was, EnquiryWork what, std::string_view note, Instant now,
             const json::object& detail = {}) {
  tx.run("UPDATE enquiry SET version = version + 1 WHERE id = $1", was.id);
  tx.run(
      "INSERT INTO enquiry_step (enquiry_id, number, at, by_id, what, note) VALUES ($1, $2, $3, $4, $5, $6)",
      was.id, was.version + 1, now, who.person, what, note);
  access::audit(tx, actor, action, "enquiry", was.id.value, now, detail);
  live::hint(tx, "enquiry.changed", was.id.value, was.site);
  return *find(tx, was.id);
}

}  // namespace

std::vector<EnquirySite> enquiry_sites(Snapshot& db) {
  return db.all<EnquirySite>("SELECT id, name FROM site ORDER BY name, id");
}

Result<EnquiryThanks> ask_for_help(Transaction& tx, const access::Actor& actor, std::string_view counted,
                                   const NewEnquiry& wanted, Instant now) {
  if (auto may = access::take_try(tx, rules::per_enquiring_address, counted, now); !may) return may.error();
  auto errors = rules::check(wanted);
  const auto site = wanted.site ? tx.one<SiteId>("SELECT id FROM site WHERE id = $1", *wanted.site)
                                : tx.one<SiteId>("SELECT id FROM site ORDER BY id LIMIT 1");
  if (!site) errors.push_back({"/site", "not_found", "There is no such site."});
  if (!errors.empty()) return invalid(std::move(errors));

  const bool known =
      tx.one<std::int64_t>(
            "SELECT 1 FROM enquiry WHERE site_id = $1 AND state = 'open' AND purged_at IS NULL "
            "AND number = $2 AND ask_for = $3 AND whom = $4 LIMIT 1",
            *site, wanted.number, wanted.ask_for, wanted.whom)
          .has_value();
  if (!known) {
    const auto id = *tx.one<EnquiryId>(
        "INSERT INTO enquiry (site_id, whom, number, ask_for, voicemail, best_time, asked_at, state_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id",
        *site, wanted.whom, wanted.number, wanted.ask_for, wanted.voicemail, wanted.best_time.value_or(""),
        now);
    access::audit(tx, actor, "enquiry.ask", "enquiry", id.value, now);
    live::hint(tx, "enquiry.changed", id.value, *site);
  }
  auto thanks = *tx.one<EnquiryThanks>(
      "SELECT '', emergency_number, crisis_line, helpline FROM site WHERE id = $1", *site);
  thanks.thanks = "Thank you. Somebody will call.";
  return thanks;
}

Result<api::Page<EnquiryRow>> enquiries(Snapshot& db, const api::Identity& who, const EnquiryFilter& filter) {
  const SiteId site = filter.site.value_or(who.site);
  if (!works_at(who, site) || !db.one<std::int64_t>("SELECT 1 FROM site WHERE id = $1", site))
    return not_found("site");
  const auto state = filter.state.value_or(EnquiryState::open);
  const bool latest_first = rules::ended(state);
  const std::int64_t limit = filter.limit ? std::int64_t(*filter.limit) : 50;
  constexpr auto end_of_time = std::numeric_limits<std::int64_t>::max();
  std::int64_t after_at = latest_first ? end_of_time : 0, after = latest_first ? end_of_time : 0;
  if (filter.after) {
    // Of one that has moved on meanwhile the list goes on from where it now stands, or would.
    const auto at = db.one<std::int64_t>("SELECT state_at FROM enquiry WHERE id = $1", *filter.after);
    if (!at) return invalid("?after", "not_a_cursor", "This is not a cursor of this list.");
    after_at = *at;
    after = filter.after->value;
  }
  api::Page<EnquiryRow> page;
  page.items =
      latest_first
          ? db.all<EnquiryRow>(
                CIRCLED_ENQUIRIES(
                    "e.site_id = $1 AND e.state = $2 "
                    "AND (e.state_at, e.id) < ($3, $4)") "ORDER BY e.state_at DESC, e.id DESC LIMIT $5",
                site, state, after_at, after, limit + 1)
          : db.all<EnquiryRow>(
                CIRCLED_ENQUIRIES("e.site_id = $1 AND e.state = $2 "
                                  "AND (e.state_at, e.id) > ($3, $4)") "ORDER BY e.state_at, e.id LIMIT $5",
                site, state, after_at, after, limit + 1);
  if (static_cast<std::int64_t>(page.items.size()) > limit) {
    page.items.pop_back();
    page.next = std::to_string(page.items.back().id.value);
  }
  return page;
}

Result<Enquiry> enquiry(Snapshot& db, const api::Identity& who, EnquiryId id) {
  auto found = find(db, id);
  if (!found || !works_at(who, found->site)) return not_found("enquiry");
  return std::move(*found);
}

Result<Enquiry> note_call(Transaction& tx, const api::Identity& who, const access::Actor& actor, EnquiryId id,
                          std::int64_t version, const EnquiryCall& call, Instant now) {
  const auto was = for_changing(tx, who, id, version);
  if (!was) return was;
  if (call.outcome == CallOutcome::voicemail && !was->voicemail)
    return invalid("/outcome", "voicemail_not_allowed", "They asked that no voicemail be left.");
  tx.run("UPDATE enquiry SET calls = calls + 1, first_call_at = COALESCE(first_call_at, $2) WHERE id = $1",
         id, now);
  const auto what = *json::parse_enum<EnquiryWork>(json::enum_name(call.outcome));
  return step(tx, who, actor, "enquiry.call", *was, what, call.note.value_or(""), now,
              {{"outcome", json::enum_name(call.outcome)}});
}

Result<Enquiry> link_assessment(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                EnquiryId id, std::int64_t version, const EnquiryAssessment& assessment,
                                Instant now) {
  const SessionId session = assessment.session;
  const auto was = for_changing(tx, who, id, version);
  if (!was) return was;
  if (!tx.one<std::int64_t>("SELECT 1 FROM session WHERE id = $1 AND site_id = $2 AND status <> 'cancelled'",
                            session, was->site))
    return invalid("/session", "not_found", "There is no such session at this site.");
  if (tx.one<std::int64_t>("SELECT 1 FROM participant WHERE session_id = $1 LIMIT 1", session))
    return invalid("/session", "not_empty",
                   "Somebody is on this session's list; an assessment is a time of its own.");
  tx.run("UPDATE enquiry SET session_id = $2 WHERE id = $1", id, session);
  return step(tx, who, actor, "enquiry.link_assessment", *was, EnquiryWork::assessment, "", now,
              {{"session", session.value}});
}

Result<Enquiry> decide_enquiry(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               EnquiryId id, std::int64_t version, const EnquiryDecision& decision,
                               Instant now) {
  const auto was = for_changing(tx, who, id, version);
  if (!was) return was;
  const auto outcome = json::enum_name(decision.outcome);
  if (!rules::may_become(was->state, *json::parse_enum<EnquiryState>(outcome)))
    return conflict("waiting", "This enquiry waits already.");
  if (rules::blank(decision.note)) return invalid("/note", "blank", "This must say something.");
  tx.run("UPDATE enquiry SET state = $2, state_at = $3 WHERE id = $1", id, outcome, now);
  return step(tx, who, actor, "enquiry.decide", *was, *json::parse_enum<EnquiryWork>(outcome), decision.note,
              now, {{"outcome", outcome}});
}

Result<Enquiry> admit_enquiry(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                              EnquiryId id, std::int64_t version, const EnquiryAdmission& admission,
                              Instant now) {
  const auto was = for_changing(tx, who, id, version);
  if (!was) return was;
  if (admission.new_client.has_value() == admission.client.has_value())
    return invalid("/client", "one_of", "Either a new record or one that exists.");
  std::optional<ClientId> admitted = admission.client;
  if (admission.new_client) {
    const auto client = add_client(tx, who, actor, *admission.new_client, now);
    if (!client) {
      Error error = client.error();
      for (auto& field : error.fields) field.pointer = "/new_client" + field.pointer;
      return error;
    }
    admitted = client->id;
  } else {
    if (!reaches(tx, who, *admitted, now)) return invalid("/client", "not_found", "There is no such client.");
    if (!phase(tx, *admitted))
      return conflict("not_in_care",
                      "This client is not in care at present: admit them on their own page first.");
  }
  tx.run("UPDATE enquiry SET state = 'admitted', state_at = $2, client_id = $3 WHERE id = $1", id, now,
         *admitted);
  return step(tx, who, actor, "enquiry.admit", *was, EnquiryWork::admitted, admission.note.value_or(""), now,
              {{"client", admitted->value}});
}

EnquiryKeeping enquiry_keeping(Snapshot& db) {
  EnquiryKeeping keeping{{90}, {90}};
  for (const auto& [state, days] :
       db.all<std::tuple<EnquiryState, std::int64_t>>("SELECT state, days FROM enquiry_keeping"))
    (state == EnquiryState::referred ? keeping.referred_days : keeping.declined_days).value = days;
  return keeping;
}

Result<EnquiryKeeping> set_enquiry_keeping(Transaction& tx, const access::Actor& actor, std::string_view seen,
                                           const EnquiryKeeping& keeping, Instant now) {
  const auto was = enquiry_keeping(tx);
  if (digest_of(was) != seen) return circled::changed_meanwhile(was);
  for (const auto& [state, days] : {std::pair(EnquiryState::referred, keeping.referred_days),
                                    std::pair(EnquiryState::declined, keeping.declined_days)})
    tx.run(
        "INSERT INTO enquiry_keeping (state, days) VALUES ($1, $2) ON CONFLICT (state) DO UPDATE SET days = "
        "$2",
        state, days);
  access::audit(tx, actor, "enquiry_keeping.set", "enquiry_keeping", 0, now,
                {{"to", json::encode(keeping)}, {"was", json::encode(was)}});
  return keeping;
}

std::int64_t purge_enquiries(Transaction& tx, Instant now) {
  const auto keeping = enquiry_keeping(tx);
  std::int64_t purged = 0;
  for (const auto& [state, days] : {std::pair(EnquiryState::referred, keeping.referred_days),
                                    std::pair(EnquiryState::declined, keeping.declined_days)}) {
    const auto old = tx.all<std::tuple<EnquiryId, SiteId>>(
        "SELECT id, site_id FROM enquiry WHERE site_id IN (SELECT id FROM site) AND state = $1 "
        "AND state_at <= $2 AND purged_at IS NULL LIMIT $3",
        state, now - std::chrono::days(days.value), purged_at_once - purged);
    for (const auto& [id, site] : old) {
      tx.run("DELETE FROM enquiry_step WHERE enquiry_id = $1", id);
      tx.run(
          "UPDATE enquiry SET number = '', ask_for = '', best_time = '', session_id = NULL, purged_at = $2, "
          "version = version + 1 WHERE id = $1",
          id, now);
      live::hint(tx, "enquiry.changed", id.value, site);
    }
    purged += static_cast<std::int64_t>(old.size());
  }
  // How many, and of nobody.
  if (purged > 0) access::audit(tx, {}, "enquiry.purge", "enquiry", 0, now, {{"count", purged}});
  return purged;
}

}  // namespace circled::people
