// The coroutine type of everything that waits. The executor is a concrete one: type-erased executors
// cost an allocation and a virtual call at every suspension. Each I/O thread runs an io_context of its
// own, so a Task always resumes on the thread it started on and needs no strand.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace circled {

using Executor = boost::asio::io_context::executor_type;

template <class T = void>
using Task = boost::asio::awaitable<T, Executor>;

inline constexpr boost::asio::use_awaitable_t<Executor> use_task{};

}  // namespace circled
