#include "store/pool.hpp"

namespace circled::store {

bool Pool::run(std::function<void()> job) {
  {
    std::lock_guard lock(mutex_);
    if (!stopped_) {
      if (waiting_ >= most_) return false;
      ++waiting_;
      boost::asio::post(threads_, [this, job = std::move(job)] {
        {
          std::lock_guard taken(mutex_);
          --waiting_;
        }
        job();
      });
      return true;
    }
  }
  job();
  return true;
}

void Pool::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  threads_.join();
}

}  // namespace circled::store
