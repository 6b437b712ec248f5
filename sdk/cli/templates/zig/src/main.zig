//! Judges the event: passes at the lifecycle event that it is meant for, and refuses any other. It is a program without a
//! network: the event comes on standard input, exit status 0 passes, and the last line of standard error is the reason.

const std = @import("std");

/// The facts that are needed of the event; others are left alone. What is not known is null.
const Event = struct {
    @"lifecycle-event": []const u8,
    config: struct { event: []const u8 = "AfterAllowTestTraffic" },
};

pub fn main(init: std.process.Init) !u8 {
    const arena = init.arena.allocator();
    var buffer: [4096]u8 = undefined;
    var input = std.Io.File.stdin().readerStreaming(init.io, &buffer);
    const text = try input.interface.allocRemaining(arena, .limited(1 << 20));
    const deployment = std.json.parseFromSliceLeaky(Event, arena, text, .{ .ignore_unknown_fields = true }) catch |err|
        return refuse("standard input holds no event ({t}); start this program with greenlight hook run", .{err});

    const event = deployment.@"lifecycle-event";
    const expected = deployment.config.event;
    if (!std.mem.eql(u8, event, expected))
        return refuse("the lifecycle event is {s}, expected {s}", .{ event, expected });
    return 0;
}

fn refuse(comptime reason: []const u8, values: anytype) u8 {
    std.debug.print(reason ++ "\n", values);
    return 1;
}
