// What was said of a sheet, and when: every change of a line, and the versions that were signed, amended or
// reopened. Both are only ever added to.
#pragma once
#include "attendance/sheet.hpp"

namespace circled::attendance {

// One line's change. Changes of one request share `version`, the sheet's after it.
struct ChangeOfLine {
  std::int64_t version;
  Instant at;
  std::optional<std::string> by_name;  // none: the server itself
  ChangeKind kind;
  std::optional<std::int64_t> undoes;  // the version that an undo took back
  std::string reason;                  // of an amendment
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  std::optional<State> before;  // none: was not on the sheet
  std::optional<State> after;
};
BOOST_DESCRIBE_STRUCT(ChangeOfLine, (),
                      (version, at, by_name, kind, undoes, reason, client, preferred_name, family_name,
                       before, after))

// Newest first: the changes of `limit` versions at the most, of those before `before`, if given; `next` is
// what to ask for the page after. Who may, and errors: as sheet.
struct Changes {
  std::vector<ChangeOfLine> items;
  std::optional<std::int64_t> next;
};
Result<Changes> changes(Snapshot& db, const api::Identity& who, SessionId session,
                        std::optional<std::int64_t> before, std::int64_t limit);

enum class VersionKind { signed_, amended, reopened };
BOOST_DESCRIBE_ENUM(VersionKind, signed_, amended, reopened)

struct SheetVersion {
  std::int64_t number;
  std::string what;  // "signed", "amended": as it was then; "reopened": as it was before
  Instant at;
  std::string by_name;
  std::string reason;
  json::value sheet;  // a Sheet of that day
};
BOOST_DESCRIBE_STRUCT(SheetVersion, (), (number, what, at, by_name, reason, sheet))

// In order. Who may, and errors: as sheet.
Result<std::vector<SheetVersion>> versions(Snapshot& db, const api::Identity& who, SessionId session);

// For the operations of this room: keeps a version; the last change that undo would take back; what the lines
// that it changed said before it.
void keep_version(Transaction& tx, SessionId session, VersionKind what, const api::Identity& who,
                  std::string_view reason, Sheet sheet, Instant now);
std::optional<std::int64_t> last_change(Snapshot& db, SessionId session);
std::vector<std::pair<ClientId, std::optional<State>>> states_before(Snapshot& db, SessionId session,
                                                                     std::int64_t version);

}  // namespace circled::attendance
