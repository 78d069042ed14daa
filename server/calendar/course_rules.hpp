// Why a client is excused before a session has begun. Pure.
#pragma once
#include <optional>
#include <vector>

#include "calendar/session.hpp"
#include "people/episode.hpp"

namespace circled::calendar::rules {

// The schema's word for it, in `participant.excused_for`.
enum class Excuse { hold, clearance };
BOOST_DESCRIBE_ENUM(Excuse, hold, clearance)

// What of an open episode decides; or what it would be after a change.
struct Outlook {
  std::optional<people::Phase> phase;  // none: no episode is open
  std::vector<people::EpisodeHold> holds;
  std::vector<people::Clearance> clearances;
};

// Whether some clearance is in force at that instant.
bool cleared(const Outlook& outlook, Instant at);

// A client in detox whom no clearance covers at the start of a group's session is excused from it; whoever is
// on hold then, from any session. Where both hold, the clearance is named: it is what the client was told of.
std::optional<Excuse> excuse(const Outlook& outlook, Kind kind, Instant starts_at);

}  // namespace circled::calendar::rules
