// Opening a client's record without being assigned to them ("breaking the glass"): somebody who treats
// clients needs to know something about one whom they have nothing to do with, and nobody is there to assign
// them.
//
// Why it is made as it is:
// - One has to know whom one wants: the full name and the day of birth together, or the number of the
//   client's card. There is no list to choose from, and no search by half a name.
// - Asking and opening are one step. A hit is an opening, with a reason, in the trail, told to a supervisor
//   at once. So nobody finds out whether somebody is a client here without leaving their own name beside it
//   (42 CFR §2.13(c): to be here at all is what is protected). A miss says one thing, whether there is no
//   such person, the day is another, or two people fit; it is counted, slowed down, and in the trail.
// - It is for reading, and not for everything: `may_read` stands where the record is shown, `reaches`
//   everywhere else. Whoever opened a record can therefore not assign themselves, book, change, or hand out
//   a code for the client's app; it cannot be made to last.
// - It ends by itself, since it is a time that is compared and nothing that has to be run.
// - It is for those who treat. The front desk has no part of the record that an emergency needs, and
//   supervisors need none of this.
#pragma once
#include <optional>
#include <vector>

#include "access/throttle.hpp"
#include "api/route.hpp"
#include "people/client.hpp"

namespace circled {

using RecordOpeningId = Id<struct RecordOpeningTag>;

}  // namespace circled

namespace circled::people {

using namespace std::chrono_literals;

inline constexpr auto opening_lasts = 60min;
// Whoever needs more of them in a day needs a supervisor.
inline constexpr std::int64_t openings_a_day = 5;
// By whoever asks, not by address: a clinic shares one.
inline constexpr access::Patience per_opening{"record opening", 3, 30s, 60min, 24h};

enum class FoundBy { name, card };
BOOST_DESCRIBE_ENUM(FoundBy, name, card)
enum class Finding { in_order, not_in_order };
BOOST_DESCRIBE_ENUM(Finding, in_order, not_in_order)

// Either name and day of birth, or a card.
struct NewOpening {
  std::optional<Text<1, 201>> name;  // preferred and family name, all of both, in any case
  std::optional<Date> born_on;
  std::optional<Text<1, 40>> card;  // its number
  Text<10, 500> reason;
};
BOOST_DESCRIBE_STRUCT(NewOpening, (), (name, born_on, card, reason))

struct Opened {
  ClientId client;
  std::optional<RecordOpeningId>
      opening;  // absent where the caller reaches the client anyway: none was needed
  std::optional<Instant> until_at;
};
BOOST_DESCRIBE_STRUCT(Opened, (), (client, opening, until_at))

struct RecordOpening {
  RecordOpeningId id;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  StaffId staff;
  std::string staff_name;
  FoundBy found_by;
  std::string reason;
  Instant opened_at;
  Instant until_at;
  std::optional<Instant> reviewed_at;
  std::optional<std::string> reviewed_by_name;
  std::optional<Finding> finding;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(RecordOpening, (),
                      (id, client, preferred_name, family_name, staff, staff_name, found_by, reason,
                       opened_at, until_at, reviewed_at, reviewed_by_name, finding, note))

struct Review {
  Finding finding;
  std::optional<Text<1, 500>> note;  // must be there where it was not in order
};
BOOST_DESCRIBE_STRUCT(Review, (), (finding, note))

enum class ShowOpenings { mine, to_review, all };
BOOST_DESCRIBE_ENUM(ShowOpenings, mine, to_review, all)

struct OpeningFilter {
  std::optional<ShowOpenings> show = {};  // `mine` when left out
  std::optional<Number<1, 200>> limit = {};
  std::optional<RecordOpeningId> after = {};
};
BOOST_DESCRIBE_STRUCT(OpeningFilter, (), (show, limit, after))

// Whether this member of staff may see the client's record: whoever reaches the client, and whoever has
// opened it. For reading alone. A `false` is answered as not_found.
bool may_read(Snapshot& db, const api::Identity& who, ClientId client, Instant now);

// Of one that is open already it answers that one. Tells those who answer for the client's site.
// Errors: forbidden (who does not treat clients, or reaches all of them), invalid (/name, /born_on, /card),
// throttled, conflict (too_many_openings: said before anybody is looked for), not_found (no_match).
Result<Opened> open_record(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                           const NewOpening& opening, Instant now);

// One's own that are open now; for supervisors those that nobody has reviewed, the oldest first, or all, the
// latest first. Errors: forbidden.
Result<api::Page<RecordOpening>> openings(Snapshot& db, const api::Identity& who, const OpeningFilter& filter,
                                          Instant now);

// Whoever opened it, or a supervisor; one that is over stays as it is. Errors: not_found.
Result<RecordOpening> end_opening(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                  RecordOpeningId id, Instant now);

// A supervisor has looked at why, and at what was read. It ends an opening that was not in order.
// Errors: not_found, forbidden (one's own), invalid (/note), conflict (reviewed).
Result<RecordOpening> review_opening(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                     RecordOpeningId id, const Review& review, Instant now);

}  // namespace circled::people
