// How the program says that it will not begin: one line, and exit code 2.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>

#include "end_to_end/process.hpp"
#include "support/text.hpp"

namespace circled::end_to_end {

// The line begins with the program's name and holds all of `words`.
inline void check_refusal(const Finished& run, const std::vector<std::string>& words) {
  CAPTURE(run.err);
  CHECK(run.code == 2);
  CHECK(run.err.starts_with("circled: "));
  CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
  for (const auto& word : words) {
    CAPTURE(word);
    CHECK(test::contains(run.err, word));
  }
}

}  // namespace circled::end_to_end
