#include "attendance/sign.hpp"

#include <algorithm>

#include "attendance/history.hpp"

namespace circled::attendance {
namespace {

using calendar::Session;

bool may_sign(Snapshot& db, const api::Identity& who, const Session& session) {
  const auto& all = session.facilitators;
  if (std::any_of(all.begin(), all.end(),
                  [&](const auto& each) { return PersonId(each.staff) == who.person; }))
    return true;
  const auto here = *db.one<std::int64_t>(
      "SELECT count(*) FROM facilitator f JOIN staff s ON s.person_id = f.staff_id "
      "WHERE f.session_id = $1 AND s.active",
      session.id);
  return here == 0 && api::Supervisor::accepts(who.role);
}

void append(std::vector<FieldError>& errors, const Error& wrong) {
  errors.insert(errors.end(), wrong.fields.begin(), wrong.fields.end());
}

}  // namespace

Result<Sheet> sign(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                   std::int64_t version, Instant now) {
  const auto session = sheet_session(tx, who, id);
  if (!session) return session.error();
  if (!may_sign(tx, who, *session)) return forbidden("Only a facilitator of this session signs its sheet.");
  if (session->version != version) return changed_meanwhile(tx, *session, now);
  if (!session->closed) return conflict("not_closed", "The sheet is closed first, and then signed.");
  const Roll roll = load_roll(tx, *session);
  const auto [signed_by, co_signed_by] =
      *tx.one<std::tuple<std::optional<PersonId>, std::optional<PersonId>>>(
          "SELECT signed_by, co_signed_by FROM sheet WHERE session_id = $1", id);
  if (signed_by == who.person || co_signed_by)
    return conflict("already_signed", "This sheet is signed already.");
  if (signed_by && !roll.terms.co_signature)
    return conflict("not_asked", "This sheet is signed, and one signature is enough.");

  if (!signed_by)
    tx.run("UPDATE sheet SET signed_at = $2, signed_by = $3 WHERE session_id = $1", id, now, who.person);
  else
    tx.run("UPDATE sheet SET co_signed_at = $2, co_signed_by = $3 WHERE session_id = $1", id, now,
           who.person);
  Sheet sheet = compose(tx, write(tx, roll, {}, {who.person}, now), now);
  if (!signed_by) keep_version(tx, id, VersionKind::signed_, who, "", sheet, now);
  access::audit(tx, actor, signed_by ? "attendance.co_sign" : "attendance.sign", "session", id.value, now,
                {{"version", sheet.version}});
  return sheet;
}

Result<Sheet> amend(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                    std::int64_t version, const Amendment& amendment, Instant now) {
  const auto session = sheet_session(tx, who, id);
  if (!session) return session.error();
  if (!api::Supervisor::accepts(who.role)) return forbidden("Only a supervisor amends a signed sheet.");
  if (session->version != version) return changed_meanwhile(tx, *session, now);
  const Roll roll = load_roll(tx, *session);
  if (!session->closed || !compose(tx, roll, now).signed_at)
    return conflict("not_signed", "This sheet is not signed yet.");

  std::vector<FieldError> errors;
  std::vector<Said> said;
  Marks marks{};
  marks.marks = amendment.marks;
  for (std::size_t i = 0; i < marks.marks.size(); ++i)
    if (marks.marks[i].verdict == calendar::Verdict::expected)
      errors.push_back({"/marks/" + std::to_string(i) + "/verdict", "not_a_choice",
                        "A signed sheet says of everybody how it turned out."});
  const List<WalkIn, 20> none, &walk_ins = amendment.walk_ins ? *amendment.walk_ins : none;
  if (!marks.marks.empty() || walk_ins.empty()) {
    auto marked = said_by(roll, marks, now);
    if (marked)
      said = std::move(*marked);
    else
      append(errors, marked.error());
  }
  for (std::size_t i = 0; i < walk_ins.size(); ++i) {
    const std::string pointer = "/walk_ins/" + std::to_string(i);
    auto found = said_by(tx, who, roll, walk_ins[i], pointer, now);
    if (!found && found.error().fields.empty()) return found.error();
    if (!found) {
      append(errors, found.error());
      continue;
    }
    const auto same = [&](const Said& one) { return one.client == found->client; };
    if (std::any_of(said.begin(), said.end(), same))
      errors.push_back({pointer + "/client", "repeated", "This person stands above already."});
    said.push_back(std::move(*found));
  }
  if (!errors.empty()) return invalid(std::move(errors));

  for (Said& one : said) one.kind = ChangeKind::amend;
  Sheet sheet = compose(tx, write(tx, roll, said, {who.person, amendment.reason}, now), now);
  ++sheet.amendments;  // with this one
  keep_version(tx, id, VersionKind::amended, who, amendment.reason, sheet, now);
  access::audit(tx, actor, "attendance.amend", "session", id.value, now,
                {{"version", sheet.version}, {"lines", static_cast<std::int64_t>(said.size())}});
  return sheet;
}

}  // namespace circled::attendance
