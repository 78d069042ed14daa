#include "people/outside_calendar.hpp"

#include <algorithm>

#include "access/public_address.hpp"
#include "live/emit.hpp"
#include "people/staff.hpp"

namespace circled::people {
namespace {

// After so long a feed is read whole though it has not changed: what recurs reaches further then.
constexpr std::chrono::days read_anew{7};
constexpr Minutes lease{10};

Error wrong_url(std::string message) { return invalid("/url", "not_an_address", std::move(message)); }

Result<Staff> may(Snapshot& db, const api::Identity& who, StaffId id) {
  auto member = staff_member(db, id);
  if (!member) return not_found("member of staff");
  if (PersonId(id) != who.person && !api::Supervisor::accepts(who.role))
    return forbidden("Only a supervisor, or whose calendar it is.");
  return std::move(*member);
}

struct Columns {
  std::string url;
  std::optional<Instant> fetched_at;
  std::string error;
};
BOOST_DESCRIBE_STRUCT(Columns, (), (url, fetched_at, error))

OutsideCalendar load(Snapshot& db, StaffId staff) {
  OutsideCalendar calendar;
  const auto row =
      db.one<Columns>("SELECT url, fetched_at, error FROM outside_calendar WHERE staff_id = $1", staff);
  if (!row) return calendar;
  calendar.source = row->url.empty() ? OutsideSource::file : OutsideSource::feed;
  calendar.host = host_of(row->url);
  calendar.fetched_at = row->fetched_at;
  calendar.error = row->error;
  calendar.busy_times =
      db.one<std::int64_t>("SELECT count(*) FROM outside_busy WHERE staff_id = $1", staff).value();
  return calendar;
}

// Answers whether anything is different now.
bool replace_busy(Transaction& tx, StaffId staff, const std::vector<BusyTime>& busy) {
  if (tx.all<BusyTime>(
          "SELECT from_at, until_at FROM outside_busy WHERE staff_id = $1 ORDER BY from_at, until_at",
          staff) == busy)
    return false;
  tx.later("DELETE FROM outside_busy WHERE staff_id = $1", staff);
  for (const BusyTime& time : busy)
    tx.later("INSERT INTO outside_busy (staff_id, from_at, until_at) VALUES ($1, $2, $3)", staff, time.from,
             time.until);
  return true;
}

void tell(Transaction& tx, StaffId staff) {
  const auto site = tx.one<SiteId>("SELECT site_id FROM staff WHERE person_id = $1", staff);
  live::hint(tx, "staff.changed", staff.value, site.value());
}

bool still_there(Snapshot& db, const DueFeed& feed) {
  return db.one<std::int64_t>("SELECT 1 FROM outside_calendar WHERE id = $1 AND url = $2", feed.id, feed.url)
      .has_value();
}

}  // namespace

Result<std::string> feed_address(std::string_view url) {
  std::string address(url);
  if (address.starts_with("webcal://")) address.replace(0, 6, "https");
  if (!address.starts_with("https://"))
    return wrong_url("This must be an address that begins with https:// or webcal://.");
  for (const char c : address)
    if (c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\')
      return wrong_url("An address has no blanks, and no characters that must be percent-encoded.");
  const std::string_view authority = std::string_view(address).substr(8, address.find_first_of("/?#", 8) - 8);
  if (authority.find('@') != std::string_view::npos)
    return wrong_url("An address with a name and password in it is not taken.");
  const std::string host = host_of(address);
  if (host.empty()) return wrong_url("There is no host in this address.");
  if (access::is_inside(host))
    return invalid("/url", "private_address", "This address is not on the public internet.");
  return address;
}

std::string host_of(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) return {};
  address.remove_prefix(scheme + 3);
  address = address.substr(0, address.find_first_of("/?#"));
  if (address.starts_with('[')) return std::string(address.substr(0, address.find(']') + 1));
  return std::string(address.substr(0, address.find(':')));
}

Result<std::vector<BusyTime>> read_busy(std::string_view text, const Zone& zone, Instant now) {
  const Instant from = now - std::chrono::days(1), until = now + outside_horizon;
  auto calendar = ics::read(text, zone, from, until);
  if (!calendar) return calendar.error();
  std::vector<BusyTime> busy;
  for (const auto& event : calendar->events) {  // in order of their beginning
    if (event.transparent) continue;
    const BusyTime time{std::max(event.from, from), std::min(event.until, until)};
    if (time.from >= time.until) continue;
    if (!busy.empty() && time.from <= busy.back().until)
      busy.back().until = std::max(busy.back().until, time.until);
    else
      busy.push_back(time);
  }
  if (busy.size() > most_outside_times)
    return Error{ErrorKind::too_large, "too_large", "The calendar has too many busy times.", {}, {}, 0};
  return busy;
}

Result<OutsideCalendar> outside_calendar(Snapshot& db, const api::Identity& who, StaffId staff) {
  if (auto member = may(db, who, staff); !member) return member.error();
  return load(db, staff);
}

Result<Zone> outside_zone(Snapshot& db, const api::Identity& who, StaffId staff) {
  auto member = may(db, who, staff);
  if (!member) return member.error();
  return Zone::named(*db.one<std::string>("SELECT zone FROM site WHERE id = $1", member->site));
}

Result<OutsideCalendar> put_outside_file(Transaction& tx, const api::Identity& who,
                                         const access::Actor& actor, StaffId staff,
                                         const std::vector<BusyTime>& busy, Instant now) {
  if (auto member = may(tx, who, staff); !member) return member.error();
  tx.run("DELETE FROM outside_calendar WHERE staff_id = $1", staff);
  tx.run("INSERT INTO outside_calendar (staff_id, url, fetched_at) VALUES ($1, '', $2)", staff, now);
  if (replace_busy(tx, staff, busy)) tell(tx, staff);
  access::audit(tx, actor, "outside_calendar.put", "staff", staff.value, now, {{"source", "file"}});
  return load(tx, staff);
}

Result<OutsideCalendar> put_outside_feed(Transaction& tx, const api::Identity& who,
                                         const access::Actor& actor, StaffId staff,
                                         const std::string& address, Instant now) {
  if (auto member = may(tx, who, staff); !member) return member.error();
  // A new row, so that what is being fetched for the old one finds nothing to be kept in.
  tx.run("DELETE FROM outside_calendar WHERE staff_id = $1", staff);
  tx.run("INSERT INTO outside_calendar (staff_id, url, fetch_at) VALUES ($1, $2, $3)", staff, address, now);
  if (replace_busy(tx, staff, {})) tell(tx, staff);
  tx.hint({std::string(feed_due_hint), staff.value, {}, store::Hint::internal});
  access::audit(tx, actor, "outside_calendar.put", "staff", staff.value, now, {{"source", "feed"}});
  return load(tx, staff);
}

Result<void> remove_outside(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            StaffId staff, Instant now) {
  if (auto member = may(tx, who, staff); !member) return member.error();
  if (tx.run("DELETE FROM outside_calendar WHERE staff_id = $1", staff) == 0)
    return not_found("outside calendar");
  if (replace_busy(tx, staff, {})) tell(tx, staff);
  access::audit(tx, actor, "outside_calendar.remove", "staff", staff.value, now);
  return {};
}

std::vector<DueFeed> claim_due_feeds(Transaction& tx, Instant now, std::int64_t limit) {
  const auto ids = tx.claim<std::int64_t>(
      "SELECT id FROM outside_calendar WHERE fetch_at <= $1 ORDER BY fetch_at, id LIMIT $2", now, limit);
  std::vector<DueFeed> due;
  for (const auto id : ids) {
    tx.run("UPDATE outside_calendar SET fetch_at = $2 WHERE id = $1", id, now + lease);
    auto feed = tx.one<DueFeed>(
        "SELECT c.id, c.staff_id, c.url, CASE WHEN c.read_at > $2 THEN c.etag ELSE '' END, i.zone, "
        "c.failures "
        "FROM outside_calendar c JOIN staff s ON s.person_id = c.staff_id JOIN site i ON i.id = s.site_id "
        "WHERE c.id = $1",
        id, now - read_anew);
    due.push_back(std::move(feed.value()));
  }
  return due;
}

Result<void> keep_fetched(Transaction& tx, const DueFeed& feed,
                          const std::optional<std::vector<BusyTime>>& busy, const std::string& etag,
                          Instant now) {
  if (!still_there(tx, feed)) return {};
  tx.run(
      "UPDATE outside_calendar SET fetched_at = $2, fetch_at = $3, error = '', failures = 0, "
      "etag = CASE WHEN $5 THEN $4 ELSE etag END, read_at = CASE WHEN $5 THEN $2 ELSE read_at END WHERE id = "
      "$1",
      feed.id, now, now + fetched_every, etag, busy.has_value());
  if (busy && replace_busy(tx, feed.staff, *busy)) tell(tx, feed.staff);
  return {};
}

Result<void> keep_failure(Transaction& tx, const DueFeed& feed, const std::string& error, Instant now) {
  if (!still_there(tx, feed)) return {};
  tx.run("UPDATE outside_calendar SET fetch_at = $2, error = $3, failures = failures + 1 WHERE id = $1",
         feed.id, now + wait_after_failures(feed.failures + 1), error);
  if (feed.failures == 0) tell(tx, feed.staff);
  return {};
}

Minutes wait_after_failures(std::int64_t failures) {
  return fetched_every * (1 << std::clamp<std::int64_t>(failures - 1, 0, 4));
}

}  // namespace circled::people
