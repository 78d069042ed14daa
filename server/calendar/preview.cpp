#include "calendar/preview.hpp"

#include "base/token.hpp"

namespace circled::calendar {

void seal(Preview& preview) {
  preview.reminders = 0;
  for (const auto& date : preview.dates) preview.reminders += date.reminders;
  preview.digest.clear();
  preview.digest = sha256(json::to_text(preview)).substr(0, 32);
}

}  // namespace circled::calendar
