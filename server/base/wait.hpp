// From a callback on some other thread back into the coroutine that waits for it.
#pragma once
#include <exception>
#include <functional>

#include "base/function_ref.hpp"
#include "base/task.hpp"

namespace circled {

// Called once, from any thread: it is done, or has failed with this exception.
using Done = std::function<void(std::exception_ptr)>;

// Calls `start`, waits until its argument is called, and resumes on its own thread; throws what that was
// given. What came of it stands where `start` was told to put it, in the frame of whoever waits.
Task<void> wait_for(FunctionRef<void(Done)> start);

}  // namespace circled
