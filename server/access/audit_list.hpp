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
  json::value detail;
  std::string request_id;
  BOOST_DESCRIBE_CLASS(AuditEntry, (),
                       (id, at, account, account_name, action, subject_kind, subject, detail, request_id), (),
                       ())
};

struct AuditSubject {
  std::string kind;
  std::int64_t id = 0;
};

// Newest first, of one subject or of all; `before` zero for the first page.
std::vector<AuditEntry> audit_entries(Snapshot& db, const std::optional<AuditSubject>& subject,
                                      AuditId before, std::int64_t limit);

}  // namespace circled::access
