// Telling the people of a session: the clients their notices and reminders, dashboards their hints.
#pragma once
#include <vector>

#include "calendar/session.hpp"

namespace circled::calendar {

// One client's side of a session.
struct Attending {
  ClientId client;
  std::string zone;  // the client's, for quiet hours
};
BOOST_DESCRIBE_STRUCT(Attending, (), (client, zone))

std::vector<Attending> attending(Snapshot& db, SessionId session);

enum class News { booked, moved, cancelled };
BOOST_DESCRIBE_ENUM(News, booked, moved, cancelled)

// Gives each client the news in their stream, and plans or takes back their reminders.
void tell_clients(Transaction& tx, const Session& session, const std::vector<Attending>& clients, News news,
                  Instant now);

// "Look again", to the dashboards of the session's site.
void tell_staff(Transaction& tx, const Session& session);

}  // namespace circled::calendar
