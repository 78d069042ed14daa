// Kiosks: tablets on which clients check in by themselves. A kiosk belongs to a site and is enrolled by an
// administrator, with a code of 8 characters that is good once and for 15 minutes, as a client's device is.
// What it may do is check in and nothing else: to every route outside /api/v1/kiosk, and to the live
// connection, its token is nobody's (access/identify.cpp).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/enrolment.hpp"
#include "base/bounded.hpp"

namespace circled {

struct KioskTag {
  using widens_to = PersonTag;
};
using KioskId = Id<KioskTag>;

}  // namespace circled

namespace circled::access {

// The caller type of a kiosk's own routes; no other accepts it.
struct Kiosk : api::Identity {
  static constexpr const char* title = "a kiosk";
  static bool accepts(api::Role r) { return r == api::Role::kiosk; }
  KioskId kiosk() const { return KioskId(person.value); }
};

enum class KioskState {
  unset,     // it has never been enrolled, or its sign-in has run out, and no code is out
  waiting,   // a code is out
  enrolled,  // it can check in
  revoked    // for good
};
BOOST_DESCRIBE_ENUM(KioskState, unset, waiting, enrolled, revoked)

struct KioskRow {
  KioskId id;
  SiteId site;
  std::string site_name;
  std::string name;
  KioskState state = KioskState::unset;
  std::optional<Instant> enrolled_at;
  std::optional<Instant> revoked_at;
  BOOST_DESCRIBE_CLASS(KioskRow, (), (id, site, site_name, name, state, enrolled_at, revoked_at), (), ())
};

struct NewKiosk {
  SiteId site;
  Text<1, 100> name;  // where it stands: "Front door"
  BOOST_DESCRIBE_CLASS(NewKiosk, (), (site, name), (), ())
};

struct KioskWithCode {
  KioskRow kiosk;
  std::string code;  // shown once
  Instant expires_at{};
  BOOST_DESCRIBE_CLASS(KioskWithCode, (), (kiosk, code, expires_at), (), ())
};

// All kiosks, by site and name, the revoked ones last.
std::vector<KioskRow> kiosks(Snapshot& db, Instant now);

// Administrators, all of these. Errors: invalid (no_such_site).
Result<KioskWithCode> make_kiosk(Transaction& tx, const Context& context, const Actor& actor,
                                 const NewKiosk& wanted, Instant now);

// A fresh code, in place of one not used yet. The tablet that is enrolled works until it is used.
// Errors: not_found, conflict (kiosk_revoked).
Result<KioskWithCode> make_kiosk_code(Transaction& tx, const Context& context, const Actor& actor,
                                      KioskId kiosk, Instant now);

// Shuts it out at once and for good. Errors: not_found; revoking twice is no error.
Result<KioskRow> revoke_kiosk(Transaction& tx, const Actor& actor, KioskId kiosk, Instant now);

struct KioskRedemption {
  std::string code;  // as typed: case, spaces and hyphens do not matter
  Carrier carrier = Carrier::cookie;
  Source from;
};

// Signs the tablet in for half a year; another one that was this kiosk is signed out.
// Errors: unauthenticated (code_not_good: wrong, used or expired, all alike), throttled.
Result<Granted> enrol_kiosk(Transaction& tx, const Context& context, const KioskRedemption& redemption,
                            Instant now);

}  // namespace circled::access
