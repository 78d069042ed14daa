#include "store/postgres_reads.hpp"

#include <spdlog/spdlog.h>

namespace circled::store {

SharedReads::SharedReads(std::string uri, std::size_t most, Alone alone)
    : uri_(std::move(uri)), most_(most), alone_(std::move(alone)), thread_([this] { serve(); }) {}

SharedReads::~SharedReads() { stop(); }

bool SharedReads::run(FunctionRef<void(Snapshot&)> f, const Done& done) {
  {
    std::lock_guard lock(mutex_);
    if (!stopped_) {
      if (waiting_.size() >= most_) return false;
      waiting_.push_back({f, done});
      if (waiting_.size() == 1) arrived_.notify_one();
      return true;
    }
  }
  return alone_(f, done);
}

void SharedReads::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  arrived_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void SharedReads::serve() {
  std::unique_ptr<PostgresConnection> connection;
  for (std::vector<Read> reads;; reads.clear()) {
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [&] { return stopped_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      reads.swap(waiting_);
    }
    try {
      if (!connection) connection = std::make_unique<PostgresConnection>(uri_, PostgresConnection::Use::read);
      together(*connection, reads);
    } catch (const std::exception& e) {
      spdlog::debug("store: {} reads go by themselves: {}", reads.size(), e.what());
      connection.reset();
    }
    for (const Read& read : reads)
      if (!read.answered && !alone_(read.f, read.done)) read.done(std::make_exception_ptr(Busy()));
  }
}

void SharedReads::together(PostgresConnection& connection, std::vector<Read>& reads) {
  const auto asking = [](Read& read) {
    return [&read](Connection& by) {
      if (read.answered) return;
      std::exception_ptr why;
      try {
        Snapshot snapshot(by, Snapshot::Extent::one);
        read.f(snapshot);
      } catch (const PostgresConnection::Asked&) {
        throw;
      } catch (const Batch::Over&) {
        throw;
      } catch (...) {
        why = std::current_exception();
      }
      read.answered = true;
      read.done(std::move(why));
    };
  };
  std::vector<decltype(asking(reads.front()))> asks;
  for (Read& read : reads) asks.push_back(asking(read));
  const std::vector<FunctionRef<void(Connection&)>> all(asks.begin(), asks.end());
  connection.together(all);
}

}  // namespace circled::store
