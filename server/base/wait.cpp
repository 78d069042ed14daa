#include "base/wait.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>

namespace circled {

Task<void> wait_for(FunctionRef<void(Done)> start) {
  const auto executor = co_await boost::asio::this_coro::executor;
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>,
                                       void(std::exception_ptr)>(
      [&]<class Handler>(Handler&& handler) {
        // Shared, because a Done is copyable.
        auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        start([executor, shared](std::exception_ptr why) {
          boost::asio::post(executor, [shared, why = std::move(why)]() mutable {
            auto resume = std::move(*shared);
            std::move(resume)(std::move(why));
          });
        });
      },
      use_task);
}

}  // namespace circled
