#include "people/record_opening.hpp"

#include <limits>

#include "access/card_rules.hpp"
#include "live/emit.hpp"
#include "people/answers_for.hpp"
#include "people/reach.hpp"

namespace circled::people {
namespace {

// What those who answer for the site are told at once.
struct RecordOpened {
  RecordOpeningId opening;
  ClientId client;
  std::string preferred_name;
  std::string staff_name;
};
BOOST_DESCRIBE_STRUCT(RecordOpened, (), (opening, client, preferred_name, staff_name))

#define CIRCLED_OPENINGS(WHERE)                                                                           \
  "SELECT o.id, o.client_id, c.preferred_name, c.family_name, o.staff_id, s.name, o.found_by, o.reason, " \
  "o.opened_at, o.until_at, o.reviewed_at, r.name, o.finding, o.note FROM record_opening o "              \
  "JOIN client c ON c.person_id = o.client_id JOIN staff s ON s.person_id = o.staff_id "                  \
  "LEFT JOIN staff r ON r.person_id = o.reviewed_by WHERE " WHERE

std::optional<RecordOpening> find(Snapshot& db, RecordOpeningId id) {
  return db.one<RecordOpening>(CIRCLED_OPENINGS("o.id = $1"), id);
}

Result<RecordOpening> tell(Transaction& tx, RecordOpeningId id) {
  live::hint(tx, "record_opening.changed", id.value, SiteId());
  return find(tx, id).value();
}

Error no_match() {
  return {ErrorKind::not_found,
          "no_match",
          "This fits nobody, or more than one. Look at the spelling and the day, or ask a supervisor.",
          {},
          {},
          0};
}

// As names are kept for searching: single spaces between words, none around.
std::string spaced_once(std::string_view name) {
  std::string once;
  for (const char c : name)
    if (c != ' ')
      once += c;
    else if (!once.empty() && once.back() != ' ')
      once += c;
  if (!once.empty() && once.back() == ' ') once.pop_back();
  return once;
}

Result<void> said_whom(const NewOpening& opening) {
  std::vector<FieldError> errors;
  if (opening.card) {
    if (opening.name || opening.born_on)
      errors.push_back({"/card", "one_of", "Give a card, or name and day of birth."});
    else if (!access::card_rules::read_number(*opening.card))
      errors.push_back({"/card", "not_a_card_number", "This is not the number of a card; look at it again."});
  } else {
    if (!opening.name) errors.push_back({"/name", "missing", "Give the full name."});
    if (!opening.born_on) errors.push_back({"/born_on", "missing", "Give the day of birth."});
  }
  if (!errors.empty()) return invalid(std::move(errors));
  return {};
}

// The one client whom this fits.
std::optional<ClientId> match(Snapshot& db, const NewOpening& opening) {
  if (opening.card)
    return db.one<ClientId>("SELECT client_id FROM card WHERE number = $1 AND blocked_at IS NULL",
                            access::card_rules::read_number(*opening.card).value());
  // A client without a family name is kept with the space before it.
  const std::string name = fold(spaced_once(*opening.name));
  const auto fits = db.all<ClientId>(
      "SELECT person_id FROM client WHERE born_on = $1 AND search_name IN ($2, $3) ORDER BY person_id LIMIT "
      "2",
      *opening.born_on, name, name + " ");
  if (fits.size() != 1) return std::nullopt;
  return fits.front();
}

struct Live {
  RecordOpeningId id;
  Instant until_at;
};
BOOST_DESCRIBE_STRUCT(Live, (), (id, until_at))

std::optional<Live> live_opening(Snapshot& db, PersonId staff, ClientId client, Instant now) {
  return db.one<Live>(
      "SELECT id, until_at FROM record_opening WHERE staff_id = $1 AND until_at > $3 AND client_id = $2 "
      "ORDER BY until_at DESC, id DESC LIMIT 1",
      staff, client, now);
}

bool may_open(api::Role role) { return role == api::Role::clinician || role == api::Role::counselor; }

}  // namespace

bool may_read(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  if (reaches(db, who, client, now)) return true;
  return may_open(who.role) && live_opening(db, who.person, client, now).has_value();
}

Result<Opened> open_record(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                           const NewOpening& opening, Instant now) {
  if (!may_open(who.role))
    return forbidden(api::Supervisor::accepts(who.role) ? "You can see every client already."
                                                        : "This is for those who treat clients.");
  if (auto said = said_whom(opening); !said) return said.error();
  const std::string asks = std::to_string(who.account.value);
  if (auto may = access::may_try(tx, per_opening, asks, now); !may) return may.error();
  // What was opened within a day ended after its beginning.
  const auto today = tx.one<std::int64_t>(
      "SELECT count(*) FROM record_opening WHERE staff_id = $1 AND until_at > $2 AND opened_at > $2",
      who.person, now - 24h);
  if (today.value() >= openings_a_day)
    return conflict("too_many_openings", "You have opened " + std::to_string(openings_a_day) +
                                             " records within a day. Ask a supervisor to assign you.");

  const auto client = match(tx, opening);
  if (!client) {
    tx.after_refusal([asks, actor, now](Transaction& after) {
      access::count_failure(after, per_opening, asks, now);
      access::audit(after, actor, "record.open_fail", "client", 0, now);
    });
    return no_match();
  }
  if (reaches(tx, who, *client, now)) return Opened{*client, {}, {}};
  if (const auto open = live_opening(tx, who.person, *client, now))
    return Opened{*client, open->id, open->until_at};

  const Instant until = now + opening_lasts;
  const auto id = *tx.one<RecordOpeningId>(
      "INSERT INTO record_opening (client_id, staff_id, found_by, reason, opened_at, until_at) "
      "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
      *client, who.person, opening.card ? FoundBy::card : FoundBy::name, opening.reason, now, until);
  // The reason may speak of somebody's health: it stands in the row and not in the trail.
  access::audit(tx, actor, "record.open", "client", client->value, now, {{"opening", id.value}});
  const auto [name, site] = tx.one<std::tuple<std::string, SiteId>>(
                                  "SELECT preferred_name, site_id FROM client WHERE person_id = $1", *client)
                                .value();
  for (const StaffId staff : who_answers_for(tx, site))
    live::emit(tx, PersonId(staff), now, "record.opened", RecordOpened{id, *client, name, who.name});
  live::hint(tx, "record_opening.changed", id.value, SiteId());
  return Opened{*client, id, until};
}

Result<api::Page<RecordOpening>> openings(Snapshot& db, const api::Identity& who, const OpeningFilter& filter,
                                          Instant now) {
  const ShowOpenings show = filter.show.value_or(ShowOpenings::mine);
  if (show != ShowOpenings::mine && !api::Supervisor::accepts(who.role))
    return forbidden("Other people's openings are for supervisors.");
  const std::int64_t limit = filter.limit ? std::int64_t(*filter.limit) : 50;
  api::Page<RecordOpening> page;
  switch (show) {
    case ShowOpenings::mine:
      page.items = db.all<RecordOpening>(
          CIRCLED_OPENINGS("o.staff_id = $1 AND o.until_at > $2 AND o.id > $3 ORDER BY o.id LIMIT $4"),
          who.person, now, filter.after.value_or(RecordOpeningId()), limit + 1);
      break;
    case ShowOpenings::to_review:
      page.items = db.all<RecordOpening>(
          CIRCLED_OPENINGS("o.reviewed_at IS NULL AND o.id > $1 ORDER BY o.id LIMIT $2"),
          filter.after.value_or(RecordOpeningId()), limit + 1);
      break;
    case ShowOpenings::all:
      page.items = db.all<RecordOpening>(
          CIRCLED_OPENINGS("o.id < $1 ORDER BY o.id DESC LIMIT $2"),
          filter.after.value_or(RecordOpeningId(std::numeric_limits<std::int64_t>::max())), limit + 1);
      break;
  }
  if (static_cast<std::int64_t>(page.items.size()) > limit) {
    page.items.resize(static_cast<std::size_t>(limit));
    page.next = std::to_string(page.items.back().id.value);
  }
  return page;
}

Result<RecordOpening> end_opening(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                  RecordOpeningId id, Instant now) {
  const auto found = find(tx, id);
  if (!found || (PersonId(found->staff) != who.person && !api::Supervisor::accepts(who.role)))
    return not_found("opening");
  if (found->until_at <= now) return *found;
  tx.run("UPDATE record_opening SET until_at = $2 WHERE id = $1", id, now);
  access::audit(tx, actor, "record.close", "client", found->client.value, now, {{"opening", id.value}});
  return tell(tx, id);
}

Result<RecordOpening> review_opening(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                     RecordOpeningId id, const Review& review, Instant now) {
  const auto found = find(tx, id);
  if (!found) return not_found("opening");
  if (PersonId(found->staff) == who.person) return forbidden("Somebody else has to review this.");
  if (found->reviewed_at)
    return conflict("reviewed", *found->reviewed_by_name + " has reviewed this already.");
  if (review.finding == Finding::not_in_order && !review.note)
    return invalid("/note", "missing", "Say what was not in order.");
  tx.run(
      "UPDATE record_opening SET reviewed_at = $2, reviewed_by = $3, finding = $4, note = $5, "
      "until_at = CASE WHEN $6 AND until_at > $2 THEN $2 ELSE until_at END WHERE id = $1",
      id, now, who.person, review.finding, review.note ? std::string(*review.note) : std::string(),
      review.finding == Finding::not_in_order);
  access::audit(tx, actor, "record.review", "client", found->client.value, now,
                {{"opening", id.value}, {"finding", json::enum_name(review.finding)}});
  return tell(tx, id);
}

}  // namespace circled::people
