// How the process keeps its memory.
#pragma once

namespace circled {

// Call first in main. By default glibc gives memory back as soon as 128 KB lie free at the end of a heap, and
// asks for it anew a moment later; in a process with several threads each such return interrupts all cores to
// flush their address translations. Freed memory up to 64 MB a heap is kept instead.
void keep_freed_memory();

}  // namespace circled
