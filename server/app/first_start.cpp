#include "app/first_start.hpp"

#include "access/audit.hpp"
#include "access/key_check.hpp"
#include "aftercare/plan_template.hpp"
#include "app/routes.hpp"
#include "attendance/hours_policy.hpp"
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

store::Place place_of(const Options& options) { return {options.data / "circled.sqlite3", options.store}; }

std::unique_ptr<Store> open_store(const store::DataFolder& folder, const Options& options, Instant now) {
  handle_subjects();
  const auto place = place_of(options);
  auto store = store::open(place, {options.commit_batch, options.queue, options.writers, options.readers});
  const std::string key = folder.key();
  store->before_commit = [key](Transaction& tx) { access::seal(tx, key); };
  const auto first = [&](Transaction& tx) -> Result<bool> {
    if (!access::key_fits(tx, key)) return false;
    if (auto added = add_first_services(tx, now); !added) return added;
    attendance::add_first_care_rules(tx);
    aftercare::add_first_template(tx);
    return true;
  };
  const bool known = store->read_now([&](Snapshot& db) {
    return !calendar::services(db).empty() && attendance::has_care_rules(db) &&
           aftercare::has_templates(db) && db.one<int>("SELECT 1 FROM key_check WHERE one = 1") &&
           access::key_fits(db, key);
  });
  if (!known && !store->write_now("start.first", first).value())
    throw store::OpenError((options.key.empty() ? options.data / "key" : options.key).string() +
                           ": the data were made with another key; give this server that one (--key)");
  return store;
}

}  // namespace circled::app
