#include "attendance/roll.hpp"

#include <algorithm>
#include <map>

#include "attendance/sheet_count.hpp"
#include "live/emit.hpp"

namespace circled::attendance {
namespace {

using calendar::Session;
using calendar::Verdict;

constexpr Milliseconds longest_session = std::chrono::hours(12);

struct EntryRow {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  calendar::Answer answer;
  std::optional<Instant> answered_at;
  Verdict verdict;
  std::optional<Excuse> excuse;
  std::optional<std::string> excused_for;
  std::string reason;
  calendar::Source source;
  bool over_capacity;
  bool not_eligible;
  std::optional<Minutes> late_minutes;
  std::optional<Minutes> left_early_minutes;
  std::optional<Minutes> credited_minutes;
};
BOOST_DESCRIBE_STRUCT(EntryRow, (),
                      (client, preferred_name, family_name, answer, answered_at, verdict, excuse, excused_for,
                       reason, source, over_capacity, not_eligible, late_minutes, left_early_minutes,
                       credited_minutes))

std::vector<Entry> load_entries(Snapshot& db, const Session& session, Date day) {
  std::vector<Entry> entries;
  std::map<ClientId, std::size_t> position;
  db.each<EntryRow>(
      [&](EntryRow&& row) {
        position[row.client] = entries.size();
        entries.push_back({row.client,
                           std::move(row.preferred_name),
                           std::move(row.family_name),
                           row.answer,
                           row.answered_at,
                           {row.verdict,
                            {},
                            row.excuse,
                            std::move(row.excused_for),
                            std::move(row.reason),
                            row.source,
                            row.over_capacity,
                            row.not_eligible,
                            row.late_minutes,
                            row.left_early_minutes,
                            row.credited_minutes},
                           {}});
      },
      "SELECT p.client_id, c.preferred_name, c.family_name, p.answer, p.answered_at, p.verdict, p.excuse, "
      "p.excused_for, p.reason, p.source, p.over_capacity, p.not_eligible, p.late_minutes, "
      "p.left_early_minutes, p.credited_minutes "
      "FROM participant p JOIN client c ON c.person_id = p.client_id "
      "WHERE p.session_id = $1 ORDER BY c.search_name, p.client_id",
      session.id);
  using StayRow = std::tuple<ClientId, Instant, std::optional<Instant>>;
  for (const auto& [client, arrived, departed] : db.all<StayRow>(
           "SELECT client_id, arrived_at, departed_at FROM stay WHERE session_id = $1 ORDER BY client_id, "
           "number",
           session.id))
    entries[position.at(client)].state.stays.push_back({arrived, departed});
  if (!session.group) return entries;
  using EnrolmentRow = std::tuple<ClientId, Date, std::optional<Date>, std::optional<Instant>, bool>;
  for (const auto& [client, from, until, ended, mandatory] : db.all<EnrolmentRow>(
           "SELECT e.client_id, e.from_on, e.until_on, e.ended_at, e.mandatory FROM participant p "
           "JOIN enrolment e ON e.client_id = p.client_id AND e.group_id = $2 AND e.from_on <= $3 "
           "AND (e.until_on IS NULL OR e.until_on >= $3 - 1) WHERE p.session_id = $1 ORDER BY e.id",
           session.id, *session.group, day))
    entries[position.at(client)].enrolments.push_back({from, until, ended, mandatory});
  return entries;
}

// What is said of somebody, with the minutes that follow from it alone.
State derived(State state, const Roll& roll) {
  if (state.verdict != Verdict::attended) {
    state.stays.clear();
    state.late_minutes = state.left_early_minutes = state.credited_minutes = std::nullopt;
    return state;
  }
  const auto credit = rules::credit(state.stays, roll.session.starts_at, roll.session.ends_at, roll.terms);
  state.late_minutes = credit.late;
  state.left_early_minutes = credit.left_early;
  state.credited_minutes = credit.credited;
  return state;
}

void put(Transaction& tx, const Roll& roll, ClientId client, const std::optional<State>& said) {
  const Entry* entry = roll.find(client);
  const SessionId id = roll.session.id;
  tx.later("DELETE FROM stay WHERE session_id = $1 AND client_id = $2", id, client);
  if (!said) {
    tx.later("DELETE FROM participant WHERE session_id = $1 AND client_id = $2", id, client);
    return;
  }
  const State state = derived(*said, roll);
  if (!entry)
    tx.later("INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, $4)", id,
             client, roll.session.starts_at, state.source);
  tx.later(
      "UPDATE participant SET verdict = $3, excuse = $4, excused_for = $5, reason = $6, over_capacity = $7, "
      "not_eligible = $8, late_minutes = $9, left_early_minutes = $10, credited_minutes = $11 "
      "WHERE session_id = $1 AND client_id = $2",
      id, client, state.verdict, state.excuse, state.excused_for, state.reason, state.over_capacity,
      state.not_eligible, state.late_minutes, state.left_early_minutes, state.credited_minutes);
  std::int64_t number = 0;
  for (const Stay& stay : state.stays)
    tx.later(
        "INSERT INTO stay (session_id, client_id, number, arrived_at, departed_at) VALUES ($1, $2, $3, $4, "
        "$5)",
        id, client, ++number, stay.arrived_at, stay.departed_at);
}

void note(Transaction& tx, SessionId session, std::int64_t version, ClientId client, ChangeKind kind,
          const std::optional<State>& before, const std::optional<State>& after, const Cause& cause,
          Instant now) {
  const auto by = cause.by ? std::optional(cause.by) : std::nullopt;
  const std::string was = before ? json::to_text(*before) : "", is = after ? json::to_text(*after) : "";
  tx.later(
      "INSERT INTO attendance_change (session_id, version, client_id, at, by_id, kind, before_state, "
      "after_state, reason, undoes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      session, version, client, now, by, kind, was, is, cause.reason,
      kind == ChangeKind::undo ? cause.undoes : std::nullopt);
}

std::int64_t next_version(Transaction& tx, SessionId session) {
  const auto [version, site] = *tx.one<std::tuple<std::int64_t, SiteId>>(
      "UPDATE session SET version = version + 1 WHERE id = $1 RETURNING version, site_id", session);
  live::hint(tx, "session.changed", session.value, site);
  return version;
}

// Sessions of one client that overlap, directly or through each other -------------------------------

struct AttendedRow {
  SessionId session;
  Instant starts_at;
  Instant ends_at;
  std::optional<Instant> closed_at;
  std::optional<GroupId> group;
  std::string zone;
  std::optional<Minutes> credited;
};
BOOST_DESCRIBE_STRUCT(AttendedRow, (), (session, starts_at, ends_at, closed_at, group, zone, credited))

std::vector<AttendedRow> overlapping(Snapshot& db, ClientId client, Instant from, Instant until) {
  while (true) {
    auto rows = db.all<AttendedRow>(
        "SELECT s.id, s.starts_at, s.ends_at, h.closed_at, s.group_id, i.zone, p.credited_minutes "
        "FROM participant p JOIN session s ON s.id = p.session_id JOIN site i ON i.id = s.site_id "
        "LEFT JOIN sheet h ON h.session_id = s.id "
        "WHERE p.client_id = $1 AND p.starts_at < $3 AND p.starts_at > $2 AND s.ends_at > $4 "
        "AND p.verdict = 'attended' ORDER BY s.id",
        client, from - longest_session, until, from);
    Instant first = from, last = until;
    for (const auto& row : rows) {
      first = std::min(first, row.starts_at);
      last = std::max(last, row.ends_at);
    }
    if (first == from && last == until) return rows;
    from = first;
    until = last;
  }
}

// Gives the minutes of one client to each session that overlaps this one by the rule for that. The other
// sessions' sheets note that theirs changed.
void share(Transaction& tx, const Session& session, ClientId client, Instant now) {
  const auto rows = overlapping(tx, client, session.starts_at, session.ends_at);
  const auto policies = policy_rows(tx);
  std::vector<rules::Attended> attended;
  for (const auto& row : rows)
    attended.push_back(
        {row.session, row.starts_at, row.ends_at, row.closed_at,
         tx.all<Stay>("SELECT arrived_at, departed_at FROM stay WHERE session_id = $1 AND client_id = $2 "
                      "ORDER BY number",
                      row.session, client),
         rules::in_force(policies, row.group, Zone::named(row.zone)->date(row.starts_at))});
  const auto shares = rules::share_out(attended);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].credited == shares[i]) continue;
    const SessionId id = rows[i].session;
    const auto state_of_client = [&]() -> std::optional<State> {
      const auto other = calendar::session(tx, calendar::the_server(), id);
      return load_roll(tx, *other).find(client)->state;
    };
    const bool elsewhere = id != session.id;
    const auto before = elsewhere ? state_of_client() : std::nullopt;
    tx.run("UPDATE participant SET credited_minutes = $3 WHERE session_id = $1 AND client_id = $2", id,
           client, shares[i]);
    if (!elsewhere) continue;
    count_sheet(tx, id);
    auto after = before;
    after->credited_minutes = shares[i];
    note(tx, id, next_version(tx, id), client, ChangeKind::credit, before, after, {}, now);
  }
}

void share_all(Transaction& tx, const Session& session, const std::vector<Said>& said, Instant now) {
  auto clients = tx.all<ClientId>(
      "SELECT DISTINCT m.client_id FROM participant m JOIN participant p ON p.client_id = m.client_id "
      "JOIN session s ON s.id = p.session_id "
      "WHERE m.session_id = $1 AND p.session_id <> $1 AND p.starts_at > $2 AND p.starts_at < $3 "
      "AND s.ends_at > $4 AND p.verdict = 'attended' ORDER BY m.client_id",
      session.id, session.starts_at - longest_session, session.ends_at, session.starts_at);
  // Whoever was taken off the sheet leaves their minutes to the others.
  for (const Said& one : said)
    if (!one.state) clients.push_back(one.client);
  for (const ClientId client : clients) share(tx, session, client, now);
}

}  // namespace

const Entry* Roll::find(ClientId client) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.client == client; });
  return found == entries.end() ? nullptr : &*found;
}

bool Roll::is_mandatory(const Entry& entry) const {
  const auto* enrolled = rules::enrolled_at(entry.enrolments, zone, session.starts_at);
  return enrolled && enrolled->mandatory;
}

bool Roll::was_enrolled(const Entry& entry) const {
  return entry.state.source != calendar::Source::enrolment || !session.group ||
         rules::enrolled_at(entry.enrolments, zone, session.starts_at);
}

bool Roll::is_excused_by_policy(const Entry& entry) const {
  return entry.state.verdict == Verdict::expected &&
         rules::excused_in_advance(terms, entry.answer, entry.answered_at, session.starts_at,
                                   is_mandatory(entry));
}

Roll load_roll(Snapshot& db, const Session& session) {
  const Zone zone = *Zone::named(session.zone);
  return {session, zone, terms_of(db, session), load_entries(db, session, zone.date(session.starts_at))};
}

std::optional<State> parse_state(std::string_view text) {
  if (text.empty()) return std::nullopt;
  auto parsed = json::decode_text<State>(text);
  if (!parsed) throw std::runtime_error("the database holds a state of attendance that cannot be read");
  return std::move(*parsed);
}

Roll write(Transaction& tx, const Roll& roll, const std::vector<Said>& said, const Cause& cause,
           Instant now) {
  const Session& session = roll.session;
  for (const Said& one : said) put(tx, roll, one.client, one.state);
  share_all(tx, session, said, now);
  count_sheet(tx, session.id);
  const auto version = next_version(tx, session.id);
  Roll next{*calendar::session(tx, calendar::the_server(), session.id), roll.zone, roll.terms, {}};
  next.entries = load_entries(tx, next.session, roll.zone.date(session.starts_at));

  const auto state_in = [](const Roll& in, ClientId client) {
    const Entry* entry = in.find(client);
    return entry ? std::optional(entry->state) : std::nullopt;
  };
  std::map<ClientId, ChangeKind> kinds;
  for (const Said& one : said) kinds[one.client] = one.kind;
  for (const Entry& entry : roll.entries) kinds.try_emplace(entry.client, ChangeKind::credit);
  for (const auto& [client, kind] : kinds)
    if (const auto before = state_in(roll, client), after = state_in(next, client); before != after)
      note(tx, session.id, version, client, kind, before, after, cause, now);
  return next;
}

}  // namespace circled::attendance
