#include "base/memory.hpp"

#include <malloc.h>

namespace circled {

void keep_freed_memory() {
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  ::mallopt(M_TOP_PAD, 1 << 20);
  // Above this a block is mapped by itself and unmapped when freed; 32 MB is as high as glibc lets it be.
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
}

}  // namespace circled
