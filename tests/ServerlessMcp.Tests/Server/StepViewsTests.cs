using ServerlessMcp.Executions.State;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Tests.Server;

public sealed class StepViewsTests
{
    [Fact]
    public void An_output_that_stands_in_a_blob_is_said_to_be_large_and_nothing_of_it_is_shown()
    {
        var view = StepViews.Json(new StepFacts
        {
            StepId = "a",
            Index = 0,
            Status = StepStatus.Done,
            Blobs = new Dictionary<string, string> { ["output"] = "EXEC/ex_1/a/output-0" },
        });

        Assert.True((bool)view["output_is_large"]!);
        Assert.DoesNotContain("EXEC", view.ToJsonString(), StringComparison.Ordinal);
    }
}
