#include "disclosures/disclosure.hpp"

#include <algorithm>

#include "base/token.hpp"
#include "base/version.hpp"
#include "disclosures/rules.hpp"
#include "live/emit.hpp"
#include "people/episode.hpp"
#include "people/reach.hpp"
#include "people/staff.hpp"

namespace circled::disclosures {
namespace {

struct DisclosureRow : DisclosureFacts {
  bool attendance, hours, phase, enrolment;
  std::optional<std::int64_t> consent_version;
  std::optional<std::string> content;
};
BOOST_DESCRIBE_STRUCT(DisclosureRow, (DisclosureFacts),
                      (attendance, hours, phase, enrolment, consent_version, content))

// The columns of a disclosure `d` but for the last, what it told, which a list leaves out.
#define CIRCLED_DISCLOSURE                                                                            \
  "SELECT d.id, d.client_id, d.basis, d.state, d.recipient, d.purpose, d.consent_id, d.from_on, "     \
  "d.until_on, d.made_at, d.made_by, m.name, d.approved_at, a.name, d.told_at, t.name, d.digest, "    \
  "d.affiliation, d.nature, d.docket, d.ordered_on, d.agreement, d.tells_attendance, d.tells_hours, " \
  "d.tells_phase, d.tells_enrolment, d.consent_version, "
#define CIRCLED_DISCLOSURE_FROM                                                                    \
  " FROM disclosure d JOIN staff m ON m.person_id = d.made_by LEFT JOIN staff a ON a.person_id = " \
  "d.approved_by LEFT JOIN staff t ON t.person_id = d.told_by "

struct ListedRow : DisclosureRow {
  std::string preferred_name;
  std::string family_name;
};
BOOST_DESCRIBE_STRUCT(ListedRow, (DisclosureRow), (preferred_name, family_name))

struct MyDisclosureRow {
  DisclosureId id;
  Instant told_at;
  std::string recipient;
  Basis basis;
  std::optional<std::string> purpose;
  std::optional<Date> from, until;
  bool attendance, hours, phase, enrolment;
};
BOOST_DESCRIBE_STRUCT(MyDisclosureRow, (),
                      (id, told_at, recipient, basis, purpose, from, until, attendance, hours, phase,
                       enrolment))

// All that a client is told of it at once: where to look.
struct DisclosureMade {
  DisclosureId disclosure;
};
BOOST_DESCRIBE_STRUCT(DisclosureMade, (), (disclosure))

template <class Row>
std::vector<ConsentKind> kinds_of(const Row& row) {
  std::vector<ConsentKind> kinds;
  for (const auto& [told, kind] : {std::pair(row.attendance, ConsentKind::attendance),
                                   {row.hours, ConsentKind::hours},
                                   {row.phase, ConsentKind::phase},
                                   {row.enrolment, ConsentKind::enrolment}})
    if (told) kinds.push_back(kind);
  return kinds;
}

Disclosure unfold(const DisclosureRow& row) {
  Disclosure disclosure;
  static_cast<DisclosureFacts&>(disclosure) = row;
  disclosure.kinds = kinds_of(row);
  return disclosure;
}

bool may_treat(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  return api::Counselor::accepts(who.role) && people::reaches(db, who, client, now);
}

Result<DisclosureRow> load(Snapshot& db, const api::Identity& who, DisclosureId id, Instant now) {
  auto row =
      db.one<DisclosureRow>(CIRCLED_DISCLOSURE "d.content" CIRCLED_DISCLOSURE_FROM "WHERE d.id = $1", id);
  if (!row || !may_treat(db, who, row->client, now)) return not_found("disclosure");
  return std::move(*row);
}

std::optional<Error> obstacle(Snapshot& db, const DisclosureRow& row, Instant now) {
  if (row.basis != Basis::consent) return std::nullopt;
  const auto consent = people::consent_of(db, row.client, row.consent.value(), now);
  return rules::obstacle(consent.value(), row.consent_version.value(), kinds_of(row));
}

DisclosureView view(Snapshot& db, const DisclosureRow& row, Instant now) {
  DisclosureView seen;
  seen.disclosure = unfold(row);
  if (row.basis != Basis::consent) return seen;
  if (auto why = obstacle(db, row, now)) seen.obstacle = why->code;
  if (row.content)
    seen.report = json::decode_text<DisclosureReport>(*row.content).value();
  else
    seen.report = compile(db, people::consent_of(db, row.client, *row.consent, now).value(),
                          {kinds_of(row), *row.from, *row.until}, now);
  return seen;
}

// What was asked for and refused is known to whoever reads the trail, though nothing else of it remains.
Error refuse(Transaction& tx, const access::Actor& actor, ClientId client, Error error, Instant now) {
  const std::string code = error.fields.empty() ? error.code : error.fields.front().code;
  tx.after_refusal([actor, client, code, now](Transaction& after) {
    access::audit(after, actor, "disclosure.refuse", "client", client.value, now, {{"code", code}});
  });
  return error;
}

Error changed_meanwhile(const DisclosureView& now) {
  return circled::changed_meanwhile(now, "This is no longer what you have read.");
}

DisclosureView finish(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                      std::string_view action, DisclosureId id, Instant now) {
  const auto row = load(tx, who, id, now).value();
  json::object detail{{"disclosure", id.value}};
  if (row.consent) detail["consent"] = row.consent->value;
  access::audit(tx, actor, action, "client", row.client.value, now, detail);
  people::tell_of(tx, row.client);
  return view(tx, row, now);
}

}  // namespace

std::string tag(const DisclosureView& seen) {
  return sha256(json::to_text(seen.disclosure) + (seen.report ? json::to_text(*seen.report) : ""))
      .substr(0, 32);
}

Result<std::vector<Disclosure>> disclosures(Snapshot& db, const api::Identity& who, ClientId client,
                                            Instant now) {
  if (!may_treat(db, who, client, now)) return not_found("client");
  std::vector<Disclosure> all;
  for (const auto& row :
       db.all<DisclosureRow>(CIRCLED_DISCLOSURE "NULL" CIRCLED_DISCLOSURE_FROM
                                                "WHERE d.client_id = $1 ORDER BY d.made_at DESC, d.id DESC",
                             client))
    all.push_back(unfold(row));
  return all;
}

Result<api::Page<ListedDisclosure>> disclosures(Snapshot& db, const api::Identity& who,
                                                const DisclosureFilter& filter, Instant now) {
  std::optional<Instant> after;
  if (filter.after) {
    after = db.one<Instant>("SELECT made_at FROM disclosure WHERE id = $1", *filter.after);
    if (!after) return invalid("?after", "not_found", "There is no such disclosure any more; begin anew.");
  }
  const std::int64_t limit = filter.limit ? std::int64_t(*filter.limit) : 50;
  const auto own = api::Supervisor::accepts(who.role) ? std::nullopt : std::optional(who.person);
  api::Page<ListedDisclosure> page;
  for (const auto& row : db.all<ListedRow>(
           CIRCLED_DISCLOSURE
           "NULL, c.preferred_name, c.family_name" CIRCLED_DISCLOSURE_FROM
           "JOIN client c ON c.person_id = d.client_id "
           "WHERE d.state = $1 AND (d.made_at, d.id) > ($2, $3) "
           "AND (CAST($4 AS BIGINT) IS NULL OR c.site_id = $4) AND (CAST($5 AS BIGINT) IS NULL OR EXISTS "
           "(SELECT 1 FROM assignment n WHERE n.client_id = c.person_id AND n.staff_id = $5 "
           "AND n.from_at <= $6 AND (n.until_at IS NULL OR n.until_at > $6))) "
           "ORDER BY d.made_at, d.id LIMIT $7",
           filter.state.value_or(DisclosureState::draft), after.value_or(Instant{}),
           filter.after.value_or(DisclosureId()), filter.site, own, now, limit + 1)) {
    if (static_cast<std::int64_t>(page.items.size()) == limit) {
      page.next = std::to_string(page.items.back().id.value);
      break;
    }
    ListedDisclosure one;
    static_cast<Disclosure&>(one) = unfold(row);
    one.preferred_name = row.preferred_name;
    one.family_name = row.family_name;
    page.items.push_back(std::move(one));
  }
  return page;
}

Result<DisclosureView> disclosure(Snapshot& db, const api::Identity& who, DisclosureId id, Instant now) {
  const auto row = load(db, who, id, now);
  if (!row) return row.error();
  return view(db, *row, now);
}

Result<DisclosureView> draft(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             ClientId client, const NewDisclosure& asked, Instant now) {
  if (!may_treat(tx, who, client, now)) return not_found("client");
  const auto consent = people::consent_of(tx, client, asked.consent, now);
  if (!consent)
    return refuse(tx, actor, client,
                  invalid("/consent", "no_consent", "This client has given no such consent."), now);
  if (auto errors = rules::check(asked, *consent, people::today_of(tx, client, now)); !errors.empty())
    return refuse(tx, actor, client, invalid(std::move(errors)), now);

  const auto tells = [&](ConsentKind kind) {
    return std::find(asked.kinds.begin(), asked.kinds.end(), kind) != asked.kinds.end();
  };
  const auto id = *tx.one<DisclosureId>(
      "INSERT INTO disclosure (client_id, basis, state, recipient, made_by, made_at, consent_id, "
      "consent_version, tells_attendance, tells_hours, tells_phase, tells_enrolment, purpose, from_on, "
      "until_on) VALUES ($1, 'consent', 'draft', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
      "RETURNING id",
      client, consent->recipient, who.person, now, consent->id, consent->version,
      tells(ConsentKind::attendance), tells(ConsentKind::hours), tells(ConsentKind::phase),
      tells(ConsentKind::enrolment), consent->purpose, asked.from, asked.until);
  return finish(tx, who, actor, "disclosure.draft", id, now);
}

Result<DisclosureView> approve(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               DisclosureId id, std::string_view seen, Instant now) {
  const auto row = load(tx, who, id, now);
  if (!row) return row.error();
  if (!api::Supervisor::accepts(who.role)) return forbidden("Only a supervisor approves what is told.");
  if (row->state != DisclosureState::draft) return conflict("not_a_draft", "This has been approved already.");
  if (PersonId(row->made_by) == who.person)
    return refuse(tx, actor, row->client,
                  conflict("own_draft", "Somebody else than who drafted it approves a report."), now);
  if (auto why = obstacle(tx, *row, now)) return refuse(tx, actor, row->client, *why, now);
  auto current = view(tx, *row, now);
  if (tag(current) != seen) return changed_meanwhile(current);

  current.report->as_of = now;
  const std::string content = json::to_text(*current.report);
  tx.run(
      "UPDATE disclosure SET state = 'approved', approved_by = $2, approved_at = $3, content = $4, digest = "
      "$5 WHERE id = $1",
      id, who.person, now, content, sha256(content));
  return finish(tx, who, actor, "disclosure.approve", id, now);
}

Result<DisclosureView> hand_out(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                DisclosureId id, std::string_view seen, Instant now) {
  const auto row = load(tx, who, id, now);
  if (!row) return row.error();
  if (row->state == DisclosureState::handed_out)
    return conflict("handed_out", "This has been handed out already.");
  if (row->state == DisclosureState::draft)
    return refuse(tx, actor, row->client, conflict("not_approved", "Nobody has approved this yet."), now);
  if (auto why = obstacle(tx, *row, now)) return refuse(tx, actor, row->client, *why, now);
  if (const auto current = view(tx, *row, now); tag(current) != seen) return changed_meanwhile(current);

  tx.run("UPDATE disclosure SET state = 'handed_out', told_by = $2, told_at = $3 WHERE id = $1", id,
         who.person, now);
  live::emit(tx, row->client, now, "disclosure.made", DisclosureMade{id});
  return finish(tx, who, actor, "disclosure.hand_out", id, now);
}

Result<void> discard(Transaction& tx, const api::Identity& who, const access::Actor& actor, DisclosureId id,
                     Instant now) {
  const auto row = load(tx, who, id, now);
  if (!row) return row.error();
  if (row->state == DisclosureState::handed_out)
    return conflict("handed_out", "What was told stays in the account.");
  tx.run("DELETE FROM disclosure WHERE id = $1", id);
  access::audit(tx, actor, "disclosure.discard", "client", row->client.value, now,
                {{"disclosure", id.value}});
  people::tell_of(tx, row->client);
  return {};
}

Result<Disclosure> record_exception(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                    ClientId client, const ExceptionRecord& record, Instant now) {
  if (!may_treat(tx, who, client, now)) return not_found("client");
  const auto basis = rules::exception(record.basis);
  if (!basis)
    return refuse(tx, actor, client,
                  invalid("/basis", "not_an_exception",
                          "Without a consent only these may be told: medical_emergency, child_abuse_report, "
                          "audit_evaluation, court_order."),
                  now);
  auto errors = rules::check(*basis, record, people::today_of(tx, client, now), now);
  if (!people::staff_member(tx, record.told_by))
    errors.push_back({"/told_by", "not_found", "There is no such staff member."});
  if (!errors.empty()) return refuse(tx, actor, client, invalid(std::move(errors)), now);

  const auto id = *tx.one<DisclosureId>(
      "INSERT INTO disclosure (client_id, basis, state, recipient, made_by, made_at, told_by, told_at, "
      "affiliation, nature, docket, ordered_on, agreement) VALUES ($1, $2, 'handed_out', $3, $4, $5, $6, $7, "
      "$8, $9, $10, $11, $12) RETURNING id",
      client, *basis, record.recipient, who.person, now, record.told_by, record.told_at, record.affiliation,
      record.nature, record.docket, record.ordered_on, record.agreement);
  if (*basis != Basis::child_abuse_report) live::emit(tx, client, now, "disclosure.made", DisclosureMade{id});
  return finish(tx, who, actor, "disclosure.record", id, now).disclosure;
}

std::vector<MyDisclosure> my_disclosures(Snapshot& db, ClientId client) {
  std::vector<MyDisclosure> mine;
  for (auto& row : db.all<MyDisclosureRow>(
           "SELECT id, told_at, recipient, basis, purpose, from_on, until_on, tells_attendance, tells_hours, "
           "tells_phase, tells_enrolment FROM disclosure WHERE client_id = $1 AND state = 'handed_out' "
           "AND basis <> 'child_abuse_report' ORDER BY told_at DESC, id DESC",
           client))
    mine.push_back({row.id, row.told_at, std::move(row.recipient), row.basis, kinds_of(row),
                    std::move(row.purpose), row.from, row.until});
  return mine;
}

}  // namespace circled::disclosures
