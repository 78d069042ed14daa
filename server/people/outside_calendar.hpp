// The calendar that a member of staff keeps elsewhere, as far as it says when they are busy. A file is read
// once; a feed is fetched again and again, by whoever has sockets (app/outside_feeds.hpp). Of either only
// times are kept, merged, half a year ahead: no titles, no names, no ids.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "base/bounded.hpp"
#include "base/ics.hpp"
#include "store/transaction.hpp"

namespace circled::people {

inline constexpr std::chrono::days outside_horizon{26 * 7};
inline constexpr std::size_t most_outside_times = 4'000;  // after merging: twenty a day
inline constexpr Minutes fetched_every{30};
// To whoever fetches: there is a feed to be fetched now.
inline constexpr std::string_view feed_due_hint = "outside_calendar.due";

struct NewOutsideCalendar {
  std::optional<Text<1, ics::largest_text>> text;  // an iCalendar file …
  std::optional<Text<1, 2000>> url;                // … or where to fetch one: https, or webcal for the same
};
BOOST_DESCRIBE_STRUCT(NewOutsideCalendar, (), (text, url))

enum class OutsideSource { none, file, feed };
BOOST_DESCRIBE_ENUM(OutsideSource, none, file, feed)

struct OutsideCalendar {
  OutsideSource source = OutsideSource::none;
  std::string host;  // of a feed; the rest of its address is a secret
  std::optional<Instant> fetched_at;
  std::string error;  // of the last try; empty: it went well
  std::int64_t busy_times = 0;
};
BOOST_DESCRIBE_STRUCT(OutsideCalendar, (), (source, host, fetched_at, error, busy_times))

struct BusyTime {
  Instant from;
  Instant until;
  bool operator==(const BusyTime&) const = default;
};
BOOST_DESCRIBE_STRUCT(BusyTime, (), (from, until))

// "https://host/…": the same address, or what is wrong with it; a private one as far as that can be told at
// once, the rest when it is fetched. Errors: invalid (/url).
Result<std::string> feed_address(std::string_view url);
std::string host_of(std::string_view address);

// From yesterday to the horizon, in order, merged where they touch; what is free or cancelled is none. `zone`
// is that of times without one. Takes its time: not in a write. Errors: those of ics::read; too_large.
Result<std::vector<BusyTime>> read_busy(std::string_view text, const Zone& zone, Instant now);

// For the one whose calendar it is, supervisors and administrators, all of these.
// Errors: not_found (no such member of staff), forbidden.
Result<OutsideCalendar> outside_calendar(Snapshot& db, const api::Identity& who, StaffId staff);

// The zone in which a file of theirs is to be read.
Result<Zone> outside_zone(Snapshot& db, const api::Identity& who, StaffId staff);

// In place of whatever there was.
Result<OutsideCalendar> put_outside_file(Transaction& tx, const api::Identity& who,
                                         const access::Actor& actor, StaffId staff,
                                         const std::vector<BusyTime>& busy, Instant now);
// Due at once; what an older calendar said is forgotten.
Result<OutsideCalendar> put_outside_feed(Transaction& tx, const api::Identity& who,
                                         const access::Actor& actor, StaffId staff,
                                         const std::string& address, Instant now);
Result<void> remove_outside(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            StaffId staff, Instant now);

// Fetching ------------------------------------------------------------------------------------------

struct DueFeed {
  std::int64_t id = 0;
  StaffId staff;
  std::string url;
  std::string etag;  // empty where it must be read whole: the horizon has moved on
  std::string zone;
  std::int64_t failures = 0;
};
BOOST_DESCRIBE_STRUCT(DueFeed, (), (id, staff, url, etag, zone, failures))

// Takes feeds that are due, for ten minutes; in a command of Store::claim_now, so that of several servers one
// fetches each.
std::vector<DueFeed> claim_due_feeds(Transaction& tx, Instant now, std::int64_t limit);

// What came of it. Nothing happens when the calendar was replaced or removed meanwhile.
// `busy` nothing: it has not changed since `etag`.
Result<void> keep_fetched(Transaction& tx, const DueFeed& feed,
                          const std::optional<std::vector<BusyTime>>& busy, const std::string& etag,
                          Instant now);
// What was known stays. Tried again after half an hour, an hour, … eight at the most.
Result<void> keep_failure(Transaction& tx, const DueFeed& feed, const std::string& error, Instant now);

Minutes wait_after_failures(std::int64_t failures);

}  // namespace circled::people
