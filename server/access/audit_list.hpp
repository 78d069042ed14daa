// The audit trail as supervisors read it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "store/store.hpp"

namespace circled::access {

struct AuditEntry {
  AuditId id;
  Instant at{};
  std::optional<AccountId> account;         // absent: the server itself, or nobody signed in
  std::optional<std::string> account_name;  // as the person is called today
  std::string action, subject_kind;
  std::int64_t subject = 0;
  std::optional<std::string> subject_name;  // of a client, somebody who works here, or whose account it is
  json::value detail;
  std::string request_id;
  BOOST_DESCRIBE_CLASS(AuditEntry, (),
                       (id, at, account, account_name, action, subject_kind, subject, subject_name, detail,
                        request_id),
                       (), ())
};

struct AuditSubject {
  std::string kind;
  std::int64_t id = 0;
};

// What is asked of the trail; what is left out is not asked.
struct AuditQuery {
  std::optional<AuditSubject> subject = {};
  std::optional<PersonId> person = {};           // who acted
  std::string action = {};                       // "client.view"
  bool views = false;                            // only that somebody looked at something
  std::optional<Instant> from = {}, until = {};  // `until` itself is not in it
};

// Newest first; `before` zero for the first page.
std::vector<AuditEntry> audit_entries(Snapshot& db, const AuditQuery& query, AuditId before,
                                      std::int64_t limit);

}  // namespace circled::access
