//! How much memory and time one input may take. What takes more ends the process, with a line that says why.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Of one input, beyond what was held before it.
const MOST_BYTES: usize = 2 << 30;
/// Of the processor, for one input.
const MOST_SECONDS: f64 = 10.0;
/// By the clock on the wall, which also goes on where threads wait for one another.
const MOST_SECONDS_WAITING: f64 = 120.0;

/// Counts what is held, and refuses what is too much: the standard library then says so and aborts.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(usize::MAX);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Notes that so much more is held; or does not, where that is too much.
fn take(bytes: usize) -> bool {
    let fits = HELD.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= MOST.load(Ordering::Relaxed);
    if !fits {
        HELD.fetch_sub(bytes, Ordering::Relaxed);
    }
    fits
}

// SAFETY: all memory is that of the system's allocator, asked for and given back with the same layouts.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        if take(layout.size()) { unsafe { System.alloc(layout) } } else { std::ptr::null_mut() }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        if take(layout.size()) { unsafe { System.alloc_zeroed(layout) } } else { std::ptr::null_mut() }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !take(size.saturating_sub(layout.size())) {
            return std::ptr::null_mut();
        }
        HELD.fetch_sub(layout.size().saturating_sub(size), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(memory, layout, size) }
    }
}

/// Number of the input that is under way, 0 for none, and the processor's time in milliseconds when it began.
static UNDER_WAY: AtomicU64 = AtomicU64::new(0);
static BEGUN_MS: AtomicU64 = AtomicU64::new(0);

/// Runs one input within its limits.
pub fn within<T>(run: impl FnOnce() -> T) -> T {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    BEGUN_MS.store(used_ms(), Ordering::SeqCst);
    UNDER_WAY.store(NUMBER.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    MOST.store(HELD.load(Ordering::Relaxed).saturating_add(MOST_BYTES), Ordering::SeqCst);
    let result = run();
    MOST.store(usize::MAX, Ordering::SeqCst);
    UNDER_WAY.store(0, Ordering::SeqCst);
    result
}

/// Begins to look after inputs that take too long.
pub fn watch() {
    std::thread::spawn(|| {
        let (mut number, mut since) = (0, Instant::now());
        loop {
            std::thread::sleep(Duration::from_millis(100));
            let now = UNDER_WAY.load(Ordering::SeqCst);
            if now != number || now == 0 {
                (number, since) = (now, Instant::now());
                continue;
            }
            let used_s = used_ms().saturating_sub(BEGUN_MS.load(Ordering::SeqCst)) as f64 / 1000.0;
            if used_s > MOST_SECONDS || since.elapsed().as_secs_f64() > MOST_SECONDS_WAITING {
                eprintln!("too slow: the input takes more than {MOST_SECONDS} s ({used_s:.1} s of the processor)");
                std::process::abort();
            }
        }
    });
}

/// Milliseconds of the processor that this process has used.
fn used_ms() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a value of the type that the function fills.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1000 + time.tv_nsec as u64 / 1_000_000
}
