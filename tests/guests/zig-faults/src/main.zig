//! Goes wrong as the event's config key `behaviour` says, in the ways in which programs in Zig do.

const std = @import("std");

const Event = struct { config: struct { behaviour: []const u8 } };

pub fn main(init: std.process.Init) !void {
    const arena = init.arena.allocator();
    var buffer: [4096]u8 = undefined;
    var input = std.Io.File.stdin().readerStreaming(init.io, &buffer);
    const text = try input.interface.allocRemaining(arena, .limited(1 << 20));
    const event = try std.json.parseFromSliceLeaky(Event, arena, text, .{ .ignore_unknown_fields = true });

    const behaviour = event.config.behaviour;
    if (std.mem.eql(u8, behaviour, "panic")) @panic("no items in stock");
    if (std.mem.eql(u8, behaviour, "loop")) {
        var count: u32 = 0;
        while (true) @as(*volatile u32, &count).* +%= 1;
    }
    if (std.mem.eql(u8, behaviour, "memory")) {
        while (true) @memset(try std.heap.page_allocator.alloc(u8, 1 << 20), 1);
    }
    const address = try std.Io.net.IpAddress.parse("192.0.2.1", 443);
    _ = try address.connect(init.io, .{ .mode = .stream });
}
