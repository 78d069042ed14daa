// What a year's figures and files cost.
#pragma once
#include "bench/base.hpp"

namespace circled::bench {

// A year of group sessions of ten until `today`, in a base that `fill` made, with closed sheets: `lines`
// lines of attendance in all.
void fill_year(const store::Place& place, const Size& size, std::int64_t lines, Instant today);

struct ReportsCost {
  double report;         // seconds until a year's figures of attendance are answered
  double report_memory;  // what the server holds more than before at the highest, in bytes; no pages of files
  double csv;            // rows a second of everybody's attendance
  double csv_memory;
};

// Over HTTP, as a supervisor asks. Throws when a line is missing.
ReportsCost reports_cost(const std::string& binary, const store::Place& place, std::int64_t lines,
                         Instant today);

}  // namespace circled::bench
