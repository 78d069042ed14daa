#include "calendar/preview.hpp"

#include "base/version.hpp"

namespace circled::calendar {

void seal(Preview& preview) {
  preview.reminders = 0;
  for (const auto& date : preview.dates) preview.reminders += date.reminders;
  preview.digest.clear();
  preview.digest = digest_of(preview);
}

}  // namespace circled::calendar
