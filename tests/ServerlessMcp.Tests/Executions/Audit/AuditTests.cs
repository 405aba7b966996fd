using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Executions.Audit;

public sealed class AuditTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 25, 22, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_come_back_newest_first_and_hold()
    {
        var table = new MemoryTable(_time);
        await FillAsync(table, 40);

        var report = await new AuditTrail(table, _time).VerifyAsync(Cancel);
        var read = await new AuditTrail(table, _time).ReadAsync(Cancel).ToListAsync(Cancel);

        Assert.Empty(report.Faults);
        Assert.Equal(40, report.Records);
        Assert.Equal(Enumerable.Range(0, 40).Reverse(), read.Select(record => int.Parse(record.Entry.Code!, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Writers_at_once_leave_whole_chains()
    {
        var table = new MemoryTable(_time);
        AuditLog[] processes = [new(table, _time), new(table, _time), new(table, _time)];

        await Task.WhenAll(Enumerable.Range(0, 120).Select(n => processes[n % 3].AppendAsync(Entry(n), Cancel)));

        var report = await new AuditTrail(table, _time).VerifyAsync(Cancel);
        Assert.Empty(report.Faults);
        Assert.Equal(120, report.Records);
    }

    [Fact]
    public async Task A_lost_answer_leaves_one_record()
    {
        var table = new MemoryTable(_time);
        var log = new AuditLog(table, _time);
        await log.AppendAsync(Entry(0), Cancel);
        table.AfterWrite = n =>
        {
            table.AfterWrite = null;
            throw new TableUnavailableException("lost");
        };

        await log.AppendAsync(Entry(1), Cancel);

        Assert.Equal(2, (await new AuditTrail(table, _time).VerifyAsync(Cancel)).Records);
    }

    [Fact]
    public async Task No_table_no_record_and_the_caller_learns_it()
    {
        var table = new MemoryTable(_time) { IsAway = true };

        await Assert.ThrowsAsync<TableUnavailableException>(() => new AuditLog(table, _time).AppendAsync(Entry(0), Cancel));
    }

    [Fact]
    public async Task Secrets_and_large_arguments_are_left_out()
    {
        var table = new MemoryTable(_time);
        var log = new AuditLog(table, _time);
        await log.AppendAsync(Entry(0) with { Arguments = new() { ["DbPassword"] = "hunter2" }, Message = "token=abcdefgh" }, Cancel);
        await log.AppendAsync(Entry(1) with { Arguments = new() { ["Text"] = new string('x', 9000) } }, Cancel);

        var read = await new AuditTrail(table, _time).ReadAsync(Cancel).OrderBy(record => record.Entry.Code).ToListAsync(Cancel);

        Assert.Equal("(sensitive)", (string?)read[0].Entry.Arguments!["DbPassword"]);
        Assert.Equal("token=(sensitive)", read[0].Entry.Message);
        Assert.Null(read[1].Entry.Arguments);
    }

    [Fact]
    public async Task What_the_table_no_longer_keeps_is_no_fault()
    {
        var table = new MemoryTable(_time);
        await FillAsync(table, 30);
        _time.Advance(TimeSpan.FromDays(399));
        await FillAsync(table, 30);
        _time.Advance(TimeSpan.FromDays(10));

        var report = await new AuditTrail(table, _time).VerifyAsync(Cancel);

        Assert.Empty(report.Faults);
        Assert.Equal(30, report.Records);
    }

    [Fact]
    public async Task Every_tampering_is_found()
    {
        var table = new MemoryTable(_time);
        await FillAsync(table, 60);
        var whole = await CopyOfTable.OfAsync(table, _time);
        var random = new Random(20261125);
        var tries = Sweeps.AreFull ? 10_000 : 800;

        for (var n = 0; n < tries; n++)
        {
            var copy = whole.Clone();
            var what = copy.Tamper(random);

            Assert.True((await new AuditTrail(copy, _time).VerifyAsync(Cancel)).Faults.Count > 0, what);
        }

        Assert.Empty((await new AuditTrail(whole, _time).VerifyAsync(Cancel)).Faults);
    }

    private async Task FillAsync(ITable table, int records)
    {
        var log = new AuditLog(table, _time);
        for (var n = 0; n < records; n++)
        {
            await log.AppendAsync(Entry(n), Cancel);
            _time.Advance(TimeSpan.FromMinutes(7));
        }
    }

    private static AuditEntry Entry(int n) => new(AuditKind.CallIntent, "key_a")
    {
        ExecutionId = $"ex_{n % 11}",
        StepId = "stop",
        Call = "ec2:StopInstances",
        Arguments = new() { ["InstanceIds"] = new JsonArray($"i-{n}") },
        Code = n.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
