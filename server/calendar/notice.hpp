// Telling the people of a session: the clients their notices and reminders, dashboards their hints.
#pragma once
#include <map>

#include "calendar/session.hpp"
#include "reminders/manner.hpp"

namespace circled::calendar {

enum class News { booked, moved, cancelled };
BOOST_DESCRIBE_ENUM(News, booked, moved, cancelled)

// Gives each client of the session the news in their stream, and plans or takes back their reminders.
// `was`: its start before, when it is moved.
void tell_clients(Transaction& tx, const Session& session, News news, Instant now,
                  std::optional<Instant> was = {});

// The same for one client, who need not stand among the session's participants (any more).
void tell_client(Transaction& tx, SessionId session, ClientId client, News news, Instant now);

// The same for many sessions changed at once: reminders for each, and one piece of news for each client.
class ManyNews {
 public:
  // `alias`: what the client calls it. `what`: cancelled, if nothing of it takes place.
  explicit ManyNews(std::string alias, News what = News::moved) : alias_(std::move(alias)), what_(what) {}

  // This client has a new or changed date at `starts_at`, or no longer has one.
  void about(ClientId client, Instant starts_at);
  // Plans the session's reminders for its clients as they now stand, and counts it as news to them; `was` is
  // its start before. Not for those who lack a clearance: to them it is off.
  void planned(Transaction& tx, SessionId session, Instant now, std::optional<Instant> was = {});
  void planned(Transaction& tx, SessionId session, ClientId client, Instant now);  // for this one alone
  // One event to each, naming nothing but the first date concerned.
  void tell(Transaction& tx, const Zone& zone, Instant now);
  std::int64_t clients() const { return static_cast<std::int64_t>(first_.size()); }

 private:
  const std::string alias_;
  const News what_;
  std::map<ClientId, Instant> first_;
  reminders::Manners manners_;
};

// "Look again", to the dashboards of the session's site.
void tell_staff(Transaction& tx, const Session& session);

}  // namespace circled::calendar
