// Who was told what, and who did not hear it.
#pragma once
#include <vector>

#include "reminders/reminder.hpp"

namespace circled::reminders {

// Where a page ends: the reminder's time and id. Its text is what `next` and `?after=` hold.
struct Cursor {
  Instant at;
  std::int64_t id = 0;
};
std::string to_text(Cursor cursor);
// Errors: invalid ("?after", not_a_cursor).
Result<Cursor> parse_cursor(std::string_view text);

template <class T>
struct Listed {
  std::vector<T> items;
  std::optional<Cursor> next;  // nothing on the last page
};

// As its receiver sees it.
struct MyReminder {
  ReminderId id;
  SubjectKind subject_kind;
  std::int64_t subject;
  std::string text;
  Instant starts_at;
  Instant due_at;
  std::string zone;
  State state;
  Seconds late_by_s;
  std::optional<Answer> answer;
};
BOOST_DESCRIBE_STRUCT(MyReminder, (),
                      (id, subject_kind, subject, text, starts_at, due_at, zone, state, late_by_s, answer))

// Those that were sent and those of the coming seven days, the latest first.
Listed<MyReminder> mine(Snapshot& db, PersonId receiver, std::optional<Cursor> after, std::int64_t limit,
                        Instant now);

// As staff see what a client got.
struct ClientReminder {
  ReminderId id;
  SubjectKind subject_kind;
  std::int64_t subject;
  Channel channel;
  Instant starts_at;
  Instant due_at;
  std::string zone;
  State state;
  std::optional<Instant> sent_at;
  Seconds late_by_s;
  std::optional<Instant> acknowledged_at;
  std::optional<Answer> answer;
};
BOOST_DESCRIBE_STRUCT(ClientReminder, (),
                      (id, subject_kind, subject, channel, starts_at, due_at, zone, state, sent_at, late_by_s,
                       acknowledged_at, answer))

// All of a client's reminders, the latest first. Errors: not_found when `who` does not reach the client.
Result<Listed<ClientReminder>> of_client(Snapshot& db, const api::Identity& who, ClientId client,
                                         std::optional<Cursor> after, std::int64_t limit, Instant now);

struct Unheard {
  ReminderId id;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  SubjectKind subject_kind;
  std::int64_t subject;
  Instant starts_at;
  std::string zone;
  State state;
};
BOOST_DESCRIBE_STRUCT(Unheard, (),
                      (id, client, preferred_name, family_name, subject_kind, subject, starts_at, zone,
                       state))

// What somebody should look after: reminders of the last seven days that came too late or that nobody
// confirmed, of clients whom `who` reaches, the latest start first.
Listed<Unheard> unheard(Snapshot& db, const api::Identity& who, std::optional<Cursor> after,
                        std::int64_t limit, Instant now);

}  // namespace circled::reminders
