// The numbers that help when nobody here does, for everybody and without signing in: the emergency number,
// the crisis line, and the programme's own helpline with who answers it, when, and what the call costs.
// Beside them a site says how long each is asked, one after the other, when a client wants to talk.
//
// There is always an emergency number and a crisis line: 911 and 988 where a site has said nothing else.
#pragma once
#include <vector>

#include "places/place.hpp"

namespace circled::places {

enum class CallCost { unknown, free, charged };
BOOST_DESCRIBE_ENUM(CallCost, unknown, free, charged)

// A site's numbers, for anybody. Nothing else of the site: not even its name.
struct HelpNumbers {
  SiteId site;
  std::string emergency_number;
  std::string crisis_line;
  std::string helpline;        // empty: there is none
  std::string helpline_who;    // "A nurse of ours"; empty: not said
  std::string helpline_hours;  // "Every day, 8 to 20"; empty: not said
  CallCost helpline_cost;
};
BOOST_DESCRIBE_STRUCT(HelpNumbers, (),
                      (site, emergency_number, crisis_line, helpline, helpline_who, helpline_hours,
                       helpline_cost))

struct HelpSettings {
  Text<1, 40> emergency_number;
  Text<1, 40> crisis_line;
  Text<0, 40> helpline;
  Text<0, 200> helpline_who;
  Text<0, 200> helpline_hours;
  CallCost helpline_cost;
  Number<1, 120> counselor_minutes;  // then the primary on call is asked
  Number<1, 120> primary_minutes;    // then the backup
  Number<1, 120> backup_minutes;     // then nobody is left
};
BOOST_DESCRIBE_STRUCT(HelpSettings, (),
                      (emergency_number, crisis_line, helpline, helpline_who, helpline_hours, helpline_cost,
                       counselor_minutes, primary_minutes, backup_minutes))

// Of every site, in order of id.
std::vector<HelpNumbers> help(Snapshot& db);
HelpNumbers help(Snapshot& db, SiteId site);

// Errors: not_found.
Result<HelpSettings> help_settings(Snapshot& db, SiteId site);
std::string version(const HelpSettings& settings);

// For administrators. `seen` is the version that the caller has seen. Errors: not_found, precondition_failed,
// invalid (a number that cannot be called).
Result<HelpSettings> set_help(Transaction& tx, const access::Actor& actor, SiteId site, std::string_view seen,
                              const HelpSettings& settings, Instant now);

// Whether a telephone takes this for a number: three digits at least, and what people write between them.
bool can_be_called(std::string_view number);

}  // namespace circled::places
