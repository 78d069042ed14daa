// Commands that share a batch on purpose: the writer stands in a first command until the test has queued
// the others, which are then taken together. All of it on the test's own thread but the writer.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <latch>
#include <memory>

#include "store/store.hpp"

namespace circled::test {

template <class R>
struct Outcome {
  std::optional<R> result;
  std::exception_ptr exception;

  // Neither yet.
  bool waiting() const { return !result && !exception; }
  bool succeeded() const { return result && result->has_value(); }
  bool refused(std::string_view code) const {
    return result && result->has_error() && result->error().code == code;
  }
};

class Queue {
 public:
  // Returns when the writer stands still.
  explicit Queue(Store& store) : store_(store) {
    write([this](Transaction&) -> Result<bool> {
      standing_.count_down();
      go_.wait();
      return true;
    });
    standing_.wait();
  }
  ~Queue() { run(); }
  Queue(const Queue&) = delete;

  // Returns when the command is queued, or was turned away.
  template <class F>
  std::shared_ptr<Outcome<std::invoke_result_t<F&, Transaction&>>> write(F f) {
    auto outcome = std::make_shared<Outcome<std::invoke_result_t<F&, Transaction&>>>();
    boost::asio::co_spawn(io_.get_executor(), wait(store_, std::move(f), outcome), boost::asio::detached);
    io_.poll();
    return outcome;
  }

  // Lets the writer go and returns when every command is done.
  void run() {
    if (!go_.try_wait()) go_.count_down();
    io_.run();
  }

 private:
  template <class F, class R>
  static Task<> wait(Store& store, F f, std::shared_ptr<Outcome<R>> outcome) {
    try {
      auto result = co_await store.write("test", f);
      outcome->result.emplace(std::move(result));
    } catch (...) {
      outcome->exception = std::current_exception();
    }
  }

  Store& store_;
  boost::asio::io_context io_;
  std::latch standing_{1};
  std::latch go_{1};
};

}  // namespace circled::test
