#include "base/result.hpp"

#include <stdexcept>

namespace circled {

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("took the value of a Result that holds the error " + error.code + ": " +
                         error.detail);
}

}  // namespace circled
