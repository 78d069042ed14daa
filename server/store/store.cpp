#include "store/store.hpp"

#include <future>

namespace circled::store {
namespace {

Error queue_full() {
  const Busy busy;
  return {ErrorKind::unavailable, "busy", busy.what(), {}, {}, busy.retry_after_s};
}

}  // namespace

Task<void> Store::carry_out(std::string_view name, Work& work) {
  co_await wait_for([&](Done done) {
    auto command = std::make_unique<Command>(name, Command::Kind::change, work, std::move(done));
    if (submit(command)) return;
    command->fail(queue_full());
    command->complete();
  });
}

void Store::carry_out_now(std::string_view name, Command::Kind kind, Work& work) {
  if (on_engine_thread()) throw std::logic_error("write_now would wait for the thread it is called on");
  // The promise lives in the command: once it is kept the caller goes on, and a promise on the caller's
  // stack would be gone while the engine still stands in it.
  auto promise = std::make_shared<std::promise<void>>();
  auto future = promise->get_future();
  auto command = std::make_unique<Command>(name, kind, work, [promise = std::move(promise)](auto why) {
    if (why)
      promise->set_exception(std::move(why));
    else
      promise->set_value();
  });
  if (submit(command))
    future.get();
  else
    work.refuse(queue_full());
}

std::function<void()> Store::read_job(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent, Done done) {
  return [this, f, extent, done = std::move(done)] {
    std::exception_ptr why;
    try {
      read_here(f, extent);
    } catch (...) {
      why = std::current_exception();
    }
    done(std::move(why));
  };
}

Task<void> Store::read_elsewhere(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent) {
  co_await wait_for([&](Done done) {
    if (!read_soon(f, extent, done)) done(std::make_exception_ptr(Busy()));
  });
}

Task<void> Store::read_for_report(FunctionRef<void(Snapshot&)> f) {
  co_await wait_for([&](Done done) { on_report_pool(read_job(f, Snapshot::Extent::many, std::move(done))); });
}

}  // namespace circled::store
