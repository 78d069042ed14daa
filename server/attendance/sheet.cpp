#include "attendance/sheet.hpp"

#include <algorithm>
#include <set>

#include "attendance/follow_up.hpp"
#include "attendance/history.hpp"
#include "base/version.hpp"
#include "live/emit.hpp"

namespace circled::attendance {
namespace {

using calendar::Session;
using calendar::Status;
using calendar::Verdict;

// As it shows: with what the policy says already, though nobody has written it yet.
State effective(const Roll& roll, const Entry& entry, Instant now) {
  State state = entry.state;
  if (now >= roll.session.starts_at && roll.is_excused_by_policy(entry)) {
    state.verdict = Verdict::excused;
    state.excuse = Excuse::in_advance;
  }
  return state;
}

std::optional<ExcusedBy> excused_by(const State& state) {
  if (state.verdict != Verdict::excused) return std::nullopt;
  if (state.excuse)
    return *state.excuse == Excuse::in_advance ? ExcusedBy::in_advance : ExcusedBy::afterwards;
  if (state.excused_for) return json::parse_enum<ExcusedBy>(*state.excused_for);
  return std::nullopt;
}

Line line(const Roll& roll, const Entry& entry, Instant now) {
  State state = effective(roll, entry, now);
  Line line{entry.client,
            entry.preferred_name,
            entry.family_name,
            entry.answer,
            roll.is_mandatory(entry),
            state.source,
            state.verdict,
            excused_by(state),
            state.reason.empty() ? std::nullopt : std::optional(state.reason),
            state.stays,
            state.late_minutes.value_or(Minutes(0)),
            state.left_early_minutes.value_or(Minutes(0)),
            state.credited_minutes.value_or(Minutes(0)),
            {},
            {}};
  if (state.over_capacity) line.flags.push_back(Flag::over_capacity);
  if (state.not_eligible) line.flags.push_back(Flag::not_eligible);
  if (!roll.was_enrolled(entry)) line.flags.push_back(Flag::not_enrolled);
  if (rules::after_door(state.stays, roll.session.starts_at, roll.terms))
    line.flags.push_back(Flag::after_door_closed);
  return line;
}

// The roll of a sheet that may be written on now.
Result<Roll> open_roll(Transaction& tx, const api::Identity& who, SessionId id, std::int64_t version,
                       Instant now) {
  auto session = sheet_session(tx, who, id);
  if (!session) return session.error();
  if (session->version != version) return changed_meanwhile(tx, *session, now);
  if (session->status == Status::cancelled) return conflict("cancelled", "This session was cancelled.");
  if (session->closed) return conflict("sheet_closed", "This sheet is closed; a supervisor can reopen it.");
  if (session->starts_at > now) return conflict("not_started", "This session has not started.");
  return load_roll(tx, *session);
}

// What the policy says of those who have no other verdict, beside what is said now.
void add_policy(const Roll& roll, std::vector<Said>& said) {
  for (const Entry& entry : roll.entries) {
    if (!roll.is_excused_by_policy(entry)) continue;
    const auto named = [&](const Said& one) { return one.client == entry.client; };
    if (std::any_of(said.begin(), said.end(), named)) continue;
    State state = entry.state;
    state.verdict = Verdict::excused;
    state.excuse = Excuse::in_advance;
    said.push_back({entry.client, std::move(state), ChangeKind::policy});
  }
}

void audit_walk_in(Transaction& tx, const access::Actor& actor, SessionId session, const Said& who,
                   Instant now) {
  access::audit(tx, actor, "attendance.walk_in", "session", session.value, now,
                {{"client", who.client.value},
                 {"over_capacity", who.state->over_capacity},
                 {"not_eligible", who.state->not_eligible}});
}

std::vector<FieldError> check(const Roll& roll, const Marks& marks, Instant now) {
  std::set<ClientId> seen;
  std::vector<FieldError> errors;
  if (marks.marks.empty() && !marks.all_present.value_or(false) && !marks.close.value_or(false))
    errors.push_back({"/marks", "wrong_count", "Mark somebody, or all as present, or close the sheet."});
  for (std::size_t i = 0; i < marks.marks.size(); ++i) {
    const Mark& mark = marks.marks[i];
    const std::string pointer = "/marks/" + std::to_string(i);
    const Entry* entry = roll.find(mark.client);
    if (!entry)
      errors.push_back({pointer + "/client", "not_on_the_sheet", "This person is not on the sheet."});
    else if (!seen.insert(mark.client).second)
      errors.push_back({pointer + "/client", "repeated", "This person is marked above already."});
    if (entry && mark.verdict == Verdict::unexcused && !roll.was_enrolled(*entry))
      errors.push_back({pointer + "/verdict", "not_enrolled",
                        "This person was not in the group any more, and cannot be absent."});
    if (entry && mark.verdict == Verdict::unexcused && entry->state.excused_for == "hold")
      errors.push_back({pointer + "/verdict", "on_hold", "This stay was on hold: nobody is absent then."});
    for (auto& error : rules::check(mark, pointer, roll.session.starts_at, roll.session.ends_at, now))
      errors.push_back(std::move(error));
  }
  return errors;
}

State marked(const Roll& roll, const Entry& entry, const Mark& mark, Instant now) {
  const State shown = effective(roll, entry, now);
  // An excuse that stands keeps where it came from, unless somebody gives a reason of their own.
  if (mark.verdict == Verdict::excused && shown.verdict == Verdict::excused && !mark.reason) return shown;
  State state = entry.state;
  state.verdict = mark.verdict;
  state.stays = rules::stays(mark, roll.session.starts_at, now);
  state.excuse = mark.verdict == Verdict::excused ? std::optional(Excuse::afterwards) : std::nullopt;
  state.reason = mark.reason ? std::string(*mark.reason) : "";
  return state;
}

// Closes what every line of has a verdict. The second half of `mark` and `close`.
Result<Sheet> shut(Transaction& tx, const api::Identity& who, const access::Actor& actor, const Roll& roll,
                   Instant now) {
  json::array unmarked;
  for (const Entry& entry : roll.entries)
    if (entry.state.verdict == Verdict::expected && roll.was_enrolled(entry))
      unmarked.push_back(entry.client.value);
  if (!unmarked.empty()) {
    Error error = conflict("unmarked", "Some people on the sheet have no mark yet.");
    error.extra["clients"] = std::move(unmarked);
    return error;
  }
  const SessionId id = roll.session.id;
  tx.run("INSERT INTO sheet (session_id, closed_at, closed_by) VALUES ($1, $2, $3)", id, now, who.person);
  tx.run("UPDATE session SET status = 'completed' WHERE id = $1", id);
  access::audit(tx, actor, "attendance.close", "session", id.value, now);
  const Roll closed = write(tx, roll, {}, {who.person}, now);
  follow_up_sheet(tx, id, roll.zone, now);
  return compose(tx, closed, now);
}

}  // namespace

Result<Session> sheet_session(Snapshot& db, const api::Identity& who, SessionId id) {
  auto session = calendar::session(db, who, id);
  if (!session) return session;
  if (!calendar::treats(db, who, id))
    return forbidden("Only its facilitators take the roll of this session.");
  return session;
}

Error changed_meanwhile(Snapshot& db, const Session& session, Instant now) {
  return circled::changed_meanwhile(compose(db, load_roll(db, session), now),
                                    "Somebody changed this sheet since you read it.");
}

Sheet compose(Snapshot& db, const Roll& roll, Instant now) {
  const Session& session = roll.session;
  Sheet sheet{};
  sheet.session = session.id;
  sheet.version = session.version;
  sheet.title = session.title;
  sheet.starts_at = session.starts_at;
  sheet.ends_at = session.ends_at;
  sheet.zone = session.zone;
  sheet.closed = session.closed;
  using Closed = std::tuple<Instant, std::string, std::optional<Instant>, std::optional<std::string>,
                            std::optional<Instant>, std::optional<std::string>, std::int64_t>;
  if (const auto closed = db.one<Closed>(
          "SELECT h.closed_at, c.name, h.signed_at, s.name, h.co_signed_at, o.name, "
          "(SELECT count(*) FROM sheet_version v WHERE v.session_id = h.session_id AND v.what = 'amended') "
          "FROM sheet h JOIN staff c ON c.person_id = h.closed_by LEFT JOIN staff s ON s.person_id = "
          "h.signed_by LEFT JOIN staff o ON o.person_id = h.co_signed_by WHERE h.session_id = $1",
          session.id))
    std::tie(sheet.closed_at, sheet.closed_by_name, sheet.signed_at, sheet.signed_by_name, sheet.co_signed_at,
             sheet.co_signed_by_name, sheet.amendments) = *closed;
  sheet.co_signature = roll.terms.co_signature;
  sheet.close_by = rules::close_by(roll.terms, session.ends_at);
  sheet.late_documentation = session.status != Status::cancelled &&
                             rules::late_documentation(roll.terms, session.ends_at, sheet.signed_at, now);
  if (roll.terms.door_closes_minutes)
    sheet.door_closes_at = session.starts_at + Minutes(*roll.terms.door_closes_minutes);
  sheet.undoable = !session.closed && last_change(db, session.id).has_value();
  const auto came = proposed(db, session.id, session.starts_at);
  for (const Entry& entry : roll.entries) {
    sheet.lines.push_back(line(roll, entry, now));
    if (const auto found = came.find(entry.client); found != came.end())
      sheet.lines.back().proposed = found->second;
  }
  return sheet;
}

Result<std::vector<Said>> said_by(const Roll& roll, const Marks& marks, Instant now) {
  if (auto errors = check(roll, marks, now); !errors.empty()) return invalid(std::move(errors));
  std::vector<Said> said;
  std::set<ClientId> named;
  for (const Mark& mark : marks.marks) {
    named.insert(mark.client);
    said.push_back({mark.client, marked(roll, *roll.find(mark.client), mark, now)});
  }
  if (!marks.all_present.value_or(false)) return said;
  for (const Entry& entry : roll.entries)
    if (!named.contains(entry.client) && entry.state.verdict == Verdict::expected &&
        entry.answer != calendar::Answer::cant_come)
      said.push_back({entry.client, marked(roll, entry, {entry.client, Verdict::attended, {}}, now)});
  return said;
}

Result<Sheet> sheet(Snapshot& db, const api::Identity& who, SessionId id, Instant now) {
  const auto session = sheet_session(db, who, id);
  if (!session) return session.error();
  return compose(db, load_roll(db, *session), now);
}

Result<Sheet> mark(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                   std::int64_t version, const Marks& marks, Instant now) {
  const auto roll = open_roll(tx, who, id, version, now);
  if (!roll) return roll.error();
  auto said = said_by(*roll, marks, now);
  if (!said) return said.error();
  add_policy(*roll, *said);
  const Roll next = write(tx, *roll, *said, {who.person}, now);
  access::audit(tx, actor, "attendance.mark", "session", id.value, now,
                {{"version", next.session.version}, {"lines", static_cast<std::int64_t>(said->size())}});
  if (marks.close.value_or(false)) return shut(tx, who, actor, next, now);
  return compose(tx, next, now);
}

Result<Sheet> walk_in(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                      std::int64_t version, const WalkIn& walk_in, Instant now) {
  const auto roll = open_roll(tx, who, id, version, now);
  if (!roll) return roll.error();
  const auto found = said_by(tx, who, *roll, walk_in, "", now);
  if (!found) return found.error();
  std::vector<Said> said{*found};
  add_policy(*roll, said);
  const Roll next = write(tx, *roll, said, {who.person}, now);
  audit_walk_in(tx, actor, id, *found, now);
  return compose(tx, next, now);
}

Result<Arrivals> arrive_unexpected(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                   SessionId id, ClientId client, Instant now) {
  if (auto seen = arrivals(tx, who, id); !seen) return seen.error();
  const auto session = calendar::session(tx, who, id);
  if (!session) return session.error();
  const auto roll = open_roll(tx, calendar::the_server(), id, session->version, now);
  if (!roll) return roll.error();
  auto said = said_by(tx, who, *roll, {client, {}, {}, {}}, "", now);
  if (!said) return said.error();
  said->state->verdict = Verdict::expected;
  said->state->stays.clear();
  write(tx, *roll, {*said}, {who.person}, now);
  audit_walk_in(tx, actor, id, *said, now);
  return arrive(tx, who, actor, id, client, now);
}

Result<Sheet> undo(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                   std::int64_t version, Instant now) {
  const auto roll = open_roll(tx, who, id, version, now);
  if (!roll) return roll.error();
  const auto last = last_change(tx, id);
  if (!last)
    return conflict("nothing_to_undo", "Nothing has been said on this sheet that could be taken back.");
  std::vector<Said> said;
  for (auto& [client, before] : states_before(tx, id, *last))
    said.push_back({client, std::move(before), ChangeKind::undo});
  const Roll next = write(tx, *roll, said, {who.person, {}, *last}, now);
  access::audit(tx, actor, "attendance.undo", "session", id.value, now, {{"undoes", *last}});
  return compose(tx, next, now);
}

Result<Sheet> close(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                    std::int64_t version, Instant now) {
  const auto roll = open_roll(tx, who, id, version, now);
  if (!roll) return roll.error();
  std::vector<Said> said;
  add_policy(*roll, said);
  return shut(tx, who, actor, said.empty() ? *roll : write(tx, *roll, said, {who.person}, now), now);
}

Result<Sheet> reopen(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                     std::int64_t version, const Reopening& reopening, Instant now) {
  const auto session = sheet_session(tx, who, id);
  if (!session) return session.error();
  if (!api::Supervisor::accepts(who.role)) return forbidden("Only a supervisor reopens a sheet.");
  if (session->version != version) return changed_meanwhile(tx, *session, now);
  if (!session->closed) return conflict("not_closed", "This sheet is open.");
  const Roll roll = load_roll(tx, *session);
  const Sheet was = compose(tx, roll, now);
  if (was.signed_at) return conflict("signed", "This sheet is signed: it is amended, not reopened.");
  keep_version(tx, id, VersionKind::reopened, who, std::string(reopening.reason), was, now);
  access::audit(tx, actor, "attendance.reopen", "session", id.value, now, {{"reason", reopening.reason}});
  tx.run("DELETE FROM sheet WHERE session_id = $1", id);
  tx.run("UPDATE session SET status = 'scheduled' WHERE id = $1", id);
  return compose(tx, write(tx, roll, {}, {who.person}, now), now);
}

}  // namespace circled::attendance
