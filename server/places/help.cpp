#include "places/help.hpp"

#include <algorithm>

#include "base/version.hpp"
#include "live/emit.hpp"

namespace circled::places {
namespace {

#define CIRCLED_HELP                                                                     \
  "SELECT id, CASE WHEN emergency_number = '' THEN '911' ELSE emergency_number END, "    \
  "CASE WHEN crisis_line = '' THEN '988' ELSE crisis_line END, helpline, helpline_who, " \
  "helpline_hours, helpline_cost FROM site "

}  // namespace

bool can_be_called(std::string_view number) {
  constexpr std::string_view between = " +-().*#/";
  std::ptrdiff_t digits = 0;
  for (const char c : number) {
    if (c >= '0' && c <= '9')
      ++digits;
    else if (between.find(c) == std::string_view::npos)
      return false;
  }
  return digits >= 3;
}

std::vector<HelpNumbers> help(Snapshot& db) { return db.all<HelpNumbers>(CIRCLED_HELP "ORDER BY id"); }

HelpNumbers help(Snapshot& db, SiteId site) {
  return db.one<HelpNumbers>(CIRCLED_HELP "WHERE id = $1", site).value();
}

Result<HelpSettings> help_settings(Snapshot& db, SiteId site) {
  auto found = db.one<HelpSettings>(
      "SELECT CASE WHEN emergency_number = '' THEN '911' ELSE emergency_number END, "
      "CASE WHEN crisis_line = '' THEN '988' ELSE crisis_line END, helpline, helpline_who, helpline_hours, "
      "helpline_cost, counselor_minutes, primary_minutes, backup_minutes FROM site WHERE id = $1",
      site);
  if (!found) return not_found("site");
  return std::move(*found);
}

std::string version(const HelpSettings& settings) { return digest_of(settings); }

Result<HelpSettings> set_help(Transaction& tx, const access::Actor& actor, SiteId site, std::string_view seen,
                              const HelpSettings& settings, Instant now) {
  const auto current = help_settings(tx, site);
  if (!current) return current.error();
  if (version(*current) != seen)
    return changed_meanwhile(*current, "Somebody changed these numbers since you read them.");
  std::vector<FieldError> errors;
  const auto check = [&](const char* pointer, const std::string& number) {
    if (!can_be_called(number)) errors.push_back({pointer, "not_a_number", "This cannot be called."});
  };
  check("/emergency_number", settings.emergency_number);
  check("/crisis_line", settings.crisis_line);
  if (!settings.helpline.empty()) check("/helpline", settings.helpline);
  if (!errors.empty()) return invalid(std::move(errors));
  tx.run(
      "UPDATE site SET emergency_number = $2, crisis_line = $3, helpline = $4, helpline_who = $5, "
      "helpline_hours = $6, helpline_cost = $7, counselor_minutes = $8, primary_minutes = $9, "
      "backup_minutes = $10 WHERE id = $1",
      site, settings.emergency_number, settings.crisis_line, settings.helpline, settings.helpline_who,
      settings.helpline_hours, settings.helpline_cost, settings.counselor_minutes, settings.primary_minutes,
      settings.backup_minutes);
  access::audit(tx, actor, "site.set_help", "site", site.value, now);
  live::hint(tx, "site.changed", site.value, site);
  return help_settings(tx, site);
}

}  // namespace circled::places
