// Threads that run what is handed to them, in order. Private to the engines.
#pragma once
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <limits>
#include <mutex>

namespace circled::store {

class Pool {
 public:
  explicit Pool(std::size_t threads, std::size_t most = std::numeric_limits<std::size_t>::max())
      : most_(most), threads_(threads) {}

  // False when `most` wait already. Any thread.
  bool run(std::function<void()> job);

  // Returns when everything handed over is done. Who comes later is served where he stands, rather than
  // never.
  void stop();

 private:
  const std::size_t most_;
  std::mutex mutex_;  // guards the next two
  std::size_t waiting_ = 0;
  bool stopped_ = false;
  boost::asio::thread_pool threads_;
};

}  // namespace circled::store
