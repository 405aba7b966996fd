using System.Text.Json.Nodes;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.State;

public sealed class LargeValuesTests
{
    private readonly MemoryBlobs _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10_000, 10_000, 10_000, 0)]
    [InlineData(100_000, 20_000, 5_000, 0)]
    [InlineData(100_000, 100_000, 1_000, 1)]
    [InlineData(100_000, 100_000, 100_000, 2)]
    [InlineData(200_000, 200_000, 200_000, 3)]
    public async Task The_largest_values_go_out_until_128_KB_hold_the_rest(int before, int output, int after, int apart)
    {
        var facts = Facts(before, output, after);

        var stored = await new LargeValues(_blobs).TakeOutAsync("ex_1", facts, Cancel);
        var back = await new LargeValues(_blobs).TakeInAsync(stored, Cancel);

        Assert.Equal((apart, apart), (_blobs.All.Count, stored.Blobs?.Count ?? 0));
        Assert.True(JsonNode.DeepEquals(facts.Before, back.Before) && JsonNode.DeepEquals(facts.Output, back.Output) && JsonNode.DeepEquals(facts.After, back.After));
        Assert.Null(back.Blobs);
    }

    [Fact]
    public async Task A_value_is_put_once_and_again_only_when_it_is_another()
    {
        var large = new LargeValues(_blobs);
        var first = await large.TakeOutAsync("ex_1", Facts(200_000, 1, 1), Cancel);
        await large.TakeOutAsync("ex_1", Facts(200_000, 2, 2), Cancel);
        Assert.Equal(1, _blobs.Puts);

        await large.TakeOutAsync("ex_1", Facts(200_001, 1, 1), Cancel);

        Assert.Equal(2, _blobs.Puts);
        Assert.Equal(200_000, (await large.TakeInAsync(first, Cancel)).Before!.GetValue<string>().Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_gone_or_another_stays_a_pointer_through_the_next_write(bool isReplaced)
    {
        var stored = await new LargeValues(_blobs).TakeOutAsync("ex_1", Facts(200_000, 1, 1), Cancel);
        _blobs.Clear();
        if (isReplaced)
        {
            await _blobs.PutAsync(stored.Blobs!["before"], "\"other\""u8.ToArray(), Cancel);
        }

        var large = new LargeValues(_blobs);
        var facts = await large.TakeInAsync(stored, Cancel);
        var again = await large.TakeOutAsync("ex_1", facts, Cancel);

        Assert.Null(facts.Before);
        Assert.Equal(stored.Blobs, again.Blobs);
    }

    private static StepFacts Facts(int before, int output, int after) => new()
    {
        StepId = "a",
        Index = 0,
        Status = StepStatus.Done,
        Before = JsonValue.Create(new string('b', before)),
        Output = new() { ["text"] = new string('ö', output / 2) },
        After = JsonValue.Create(new string('a', after)),
    };
}
