// Runs one Task to its end on an io_context of its own, for tests of anything that waits.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>

#include "base/task.hpp"

namespace circled::test {

// Answers what the task returns, throws what it throws; std::logic_error when it waits for something
// that nobody on this io_context will ever do.
template <class T>
T run(Task<T> task) {
  boost::asio::io_context io(1);
  std::exception_ptr failure;
  bool done = false;
  // Stands in for "nothing" where T is void; also frees T from having to be default-constructible.
  std::optional<std::conditional_t<std::is_void_v<T>, char, T>> answer;
  auto keep = [&]() -> Task<void> {
    if constexpr (std::is_void_v<T>)
      co_await std::move(task);
    else
      answer.emplace(co_await std::move(task));
  };
  boost::asio::co_spawn(io.get_executor(), keep(), [&](std::exception_ptr e) {
    failure = e;
    done = true;
  });
  io.run();
  if (failure) std::rethrow_exception(failure);
  if (!done) throw std::logic_error("the task waits for something that never happens");
  if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

}  // namespace circled::test
