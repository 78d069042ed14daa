#include "attendance/open_sheets.hpp"

#include <algorithm>

#include "calendar/rows.hpp"
#include "live/emit.hpp"

namespace circled::attendance {
namespace {

constexpr std::int64_t told_at_once = 100;

struct OpenRow {
  SessionId id;
  SiteId site;
  std::string zone;
  std::string title;
  Instant starts_at;
  Instant ends_at;
  std::optional<GroupId> group;
  bool closed;
};
BOOST_DESCRIBE_STRUCT(OpenRow, (), (id, site, zone, title, starts_at, ends_at, group, closed))

// A line of which nothing is said yet, with one enrolment of its client about that day, if there is any.
struct Unsaid {
  ClientId client;
  calendar::Source source;
  calendar::Answer answer;
  std::optional<Instant> answered_at;
  std::optional<Date> from, until;
  std::optional<Instant> ended_at;
  std::optional<bool> mandatory;
};
BOOST_DESCRIBE_STRUCT(Unsaid, (), (client, source, answer, answered_at, from, until, ended_at, mandatory))

Terms terms_of_row(const std::vector<PolicyRow>& policies, const OpenRow& row) {
  return rules::in_force(policies, row.group, Zone::named(row.zone)->date(row.starts_at));
}

// How many lines somebody must decide: not of those whom the policy excuses as soon as the sheet is written,
// nor of those who were not in the group any more.
std::int64_t undecided(Snapshot& db, const OpenRow& row, const Terms& terms) {
  const Zone zone = *Zone::named(row.zone);
  struct Line {
    Unsaid said;
    std::vector<rules::Enrolled> enrolments;
  };
  std::vector<Line> lines;
  db.each<Unsaid>(
      [&](Unsaid&& one) {
        if (lines.empty() || lines.back().said.client != one.client) lines.push_back({one, {}});
        if (one.from) lines.back().enrolments.push_back({*one.from, one.until, one.ended_at, *one.mandatory});
      },
      "SELECT p.client_id, p.source, p.answer, p.answered_at, e.from_on, e.until_on, e.ended_at, e.mandatory "
      "FROM participant p LEFT JOIN enrolment e ON e.client_id = p.client_id AND e.group_id = $2 "
      "AND e.from_on <= $3 AND (e.until_on IS NULL OR e.until_on >= $3 - 1) "
      "WHERE p.session_id = $1 AND p.verdict = 'expected' ORDER BY p.client_id, e.id NULLS FIRST",
      row.id, row.group, zone.date(row.starts_at));
  return std::count_if(lines.begin(), lines.end(), [&](const Line& line) {
    const auto* enrolled = rules::enrolled_at(line.enrolments, zone, row.starts_at);
    if (!enrolled && row.group && line.said.source == calendar::Source::enrolment) return false;
    return !rules::excused_in_advance(terms, line.said.answer, line.said.answered_at, row.starts_at,
                                      enrolled && enrolled->mandatory);
  });
}

std::vector<OpenRow> page(Snapshot& db, const OpenFilter& filter, Instant now, Instant after_start,
                          SessionId after, std::int64_t limit) {
  // What is closed is looked for among the sheets, of which those without a signature are few.
  if (filter.without_signature)
    return db.all<OpenRow>(
        "SELECT s.id, s.site_id, i.zone, s.title, s.starts_at, s.ends_at, s.group_id, TRUE "
        "FROM sheet h JOIN session s ON s.id = h.session_id JOIN site i ON i.id = s.site_id "
        "WHERE h.signed_at IS NULL AND h.closed_at <= $1 AND (s.starts_at, s.id) > ($2, $3) "
        "AND (CAST($4 AS BIGINT) IS NULL OR s.site_id = $4) "
        "AND (CAST($5 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM facilitator f WHERE f.session_id = s.id "
        "  AND f.staff_id = $5)) ORDER BY s.starts_at, s.id LIMIT $6",
        now, after_start, after, filter.site, filter.staff, limit);
  return db.all<OpenRow>(
      "SELECT s.id, s.site_id, i.zone, s.title, s.starts_at, s.ends_at, s.group_id, FALSE "
      "FROM session s JOIN site i ON i.id = s.site_id "
      "WHERE s.status = 'scheduled' AND s.starts_at <= $1 AND (s.starts_at, s.id) > ($2, $3) "
      "AND (CAST($4 AS BIGINT) IS NULL OR s.site_id = $4) "
      "AND (CAST($5 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM facilitator f WHERE f.session_id = s.id "
      "  AND f.staff_id = $5)) ORDER BY s.starts_at, s.id LIMIT $6",
      now, after_start, after, filter.site, filter.staff, limit);
}

// The sheets whose time is over, in order of start, until `each` answers false. By pages that `next` reads
// after a session: after years of sheets that nobody closed there are more of them than one wants to hold,
// and those that are not due yet may stand before one that is, for each group has its own deadline.
template <class Next, class Each>
void each_overdue(const std::vector<PolicyRow>& policies, Instant now, Instant after_start, SessionId after,
                  std::int64_t limit, Next next, Each each) {
  for (;;) {
    const std::vector<OpenRow> rows = next(after_start, after, limit);
    for (const OpenRow& row : rows) {
      const Terms terms = terms_of_row(policies, row);
      const Instant close_by = rules::close_by(terms, row.ends_at);
      if (close_by <= now && !each(row, terms, close_by)) return;
    }
    if (static_cast<std::int64_t>(rows.size()) < limit) return;
    after_start = rows.back().starts_at;
    after = rows.back().id;
  }
}

// What a facilitator is told.
struct Overdue {
  SessionId session;
  std::string title;
  Instant starts_at;
  std::string zone;
  Instant close_by;
};
BOOST_DESCRIBE_STRUCT(Overdue, (), (session, title, starts_at, zone, close_by))

}  // namespace

Result<OpenSheets> open_sheets(Snapshot& db, const api::Identity& who, const OpenFilter& asked, Instant now) {
  OpenFilter filter = asked;
  const bool everywhere = api::Supervisor::accepts(who.role);
  if (!everywhere && filter.site && *filter.site != who.site) return not_found("site");
  // One's own are one's own wherever they are.
  const bool own = filter.staff && PersonId(*filter.staff) == who.person;
  if (!filter.site && !own && !everywhere) filter.site = who.site;

  OpenSheets found;
  each_overdue(
      policy_rows(db), now, filter.after_start, filter.after, filter.limit + 1,
      [&](Instant after_start, SessionId after, std::int64_t limit) {
        return page(db, filter, now, after_start, after, limit);
      },
      [&](const OpenRow& row, const Terms& terms, Instant close_by) {
        found.more = static_cast<std::int64_t>(found.items.size()) == filter.limit;
        if (found.more) return false;
        found.items.push_back(
            {row.id, row.site, row.zone, row.title, row.starts_at, row.ends_at,
             db.all<std::string>("SELECT s.name FROM facilitator f JOIN staff s ON s.person_id = "
                                 "f.staff_id WHERE f.session_id = $1 ORDER BY f.leads DESC, "
                                 "f.staff_id",
                                 row.id),
             row.closed, row.closed ? 0 : undecided(db, row, terms), close_by,
             rules::late_documentation(terms, row.ends_at, {}, now)});
        return true;
      });
  return found;
}

Result<std::int64_t> tell_open_once(Transaction& tx, Instant now) {
  std::int64_t told = 0;
  each_overdue(
      policy_rows(tx), now, {}, {}, told_at_once,
      [&](Instant after_start, SessionId after, std::int64_t limit) {
        return tx.all<OpenRow>(
            "SELECT s.id, s.site_id, i.zone, s.title, s.starts_at, s.ends_at, s.group_id, FALSE "
            "FROM session s JOIN site i ON i.id = s.site_id WHERE s.status = 'scheduled' "
            "AND s.sheet_told_at IS NULL AND s.starts_at <= $1 AND (s.starts_at, s.id) > ($2, $3) "
            "ORDER BY s.starts_at, s.id LIMIT $4",
            now, after_start, after, limit);
      },
      [&](const OpenRow& row, const Terms&, Instant close_by) {
        tx.run("UPDATE session SET sheet_told_at = $2 WHERE id = $1", row.id, now);
        for (const auto staff : tx.all<StaffId>(
                 "SELECT staff_id FROM facilitator WHERE session_id = $1 ORDER BY staff_id", row.id))
          live::emit(tx, PersonId(staff), now, "sheet.overdue",
                     Overdue{row.id, row.title, row.starts_at, row.zone, close_by});
        return ++told < told_at_once;
      });
  return told;
}

}  // namespace circled::attendance
