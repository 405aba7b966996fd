using CsCheck;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Contracts;

public abstract partial class TableContract
{
    /// <summary>Whatever is written, the table answers as a dictionary with versions would.</summary>
    [Fact]
    public async Task It_behaves_as_a_dictionary_with_versions()
    {
        var table = await OpenAsync(time);
        var partition = 0;
        var moves = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[-1, 3]).Array[1, 40];
        await moves.SampleAsync(sequence => PlayAsync(table, $"m{Interlocked.Increment(ref partition)}", sequence), iter: 30, threads: 1);
    }

    /// <param name="moves">Which key; 0 put, 1 delete, 2 check; the expected version, below 0 for any.</param>
    private static async Task PlayAsync(ITable table, string partition, (int Key, int Kind, int Expected)[] moves)
    {
        var model = new Dictionary<TableKey, long>();
        foreach (var (number, kind, expected) in moves)
        {
            var key = new TableKey(partition, $"k{number}");
            var before = model.GetValueOrDefault(key);
            long? version = expected < 0 ? null : expected;
            TableWrite write = kind switch
            {
                0 => new TableWrite.Put(key, version, B(expected)),
                1 => new TableWrite.Delete(key, version),
                _ => new TableWrite.Check(key, version),
            };
            if (version is not null && version != before)
            {
                await Assert.ThrowsAsync<TableConflictException>(() => table.WriteAsync([write], Cancel));
                continue;
            }

            await table.WriteAsync([write], Cancel);
            model[key] = kind switch { 0 => before + 1, 1 => 0, _ => before };
            Assert.Equal(model[key], (await table.GetAsync(key, strong: true, Cancel))?.Version ?? 0);
        }
    }
}
