// From a callback on some other thread back into the coroutine that waits for it.
#pragma once
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <optional>

#include "base/task.hpp"

namespace circled {

// Waits for `start(done)` to call done(exception, outcome) once, from any thread; resumes on its own.
template <class R, class Start>
Task<R> wait_for(Start start) {
  auto executor = co_await boost::asio::this_coro::executor;
  auto outcome = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>,
                                                      void(std::exception_ptr, std::optional<R>)>(
      [&]<class Handler>(Handler&& handler) {
        // Shared, because a job is often a std::function and must be copyable.
        auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        start([executor, shared](std::exception_ptr e, std::optional<R> r) {
          boost::asio::post(executor, [shared, e = std::move(e), r = std::move(r)]() mutable {
            auto resume = std::move(*shared);
            std::move(resume)(std::move(e), std::move(r));
          });
        });
      },
      use_task);
  co_return std::move(*outcome);
}

}  // namespace circled
