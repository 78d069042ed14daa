#include "app/first_start.hpp"

#include "access/audit.hpp"
#include "app/routes.hpp"
#include "calendar/session.hpp"

namespace circled::app {
namespace {

// What sessions are for, until somebody says otherwise. The neutral names are all that a client's screen
// or a reminder says (42 CFR §2.12(a)(1)).
struct FirstService {
  const char* code;
  const char* name;
  bool counts;  // toward counseling hours
};
constexpr FirstService first_services[] = {
    {"counseling", "Counseling", true},
    {"assessment", "Assessment", false},
    {"family_session", "Family session", true},
    {"education", "Education", true},
    {"medical_visit", "Medical visit", false},
    {"case_management", "Case management", false},
    {"aftercare_visit", "Aftercare visit", false},
    {"alumni", "Alumni", false},
};

Result<bool> add_first_services(Transaction& tx, Instant now) {
  if (!calendar::services(tx).empty()) return false;
  for (const auto& service : first_services) {
    auto added =
        calendar::add_service(tx, {}, {{}, service.code, service.name, "Appointment", service.counts}, now);
    if (!added) return added.error();
  }
  return true;
}

}  // namespace

std::unique_ptr<store::SqliteStore> open_store(const store::DataFolder& folder, const StoreTuning& tuning,
                                               Instant now) {
  handle_subjects();
  store::SqliteOptions options;
  options.file = folder.database();
  options.commit_batch = tuning.commit_batch;
  options.queue = tuning.queue;
  auto store = std::make_unique<store::SqliteStore>(options);
  store->before_commit = [key = folder.key()](Transaction& tx) { access::seal(tx, key); };
  const bool empty = store->read_now([](Snapshot& db) { return calendar::services(db).empty(); });
  if (empty)
    store->write_now("start.first", [now](Transaction& tx) { return add_first_services(tx, now); }).value();
  return store;
}

}  // namespace circled::app
