using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Undo;

/// <summary>A step that was done, with what was recorded of it and what is there now.</summary>
/// <param name="Look">The read that shows its resource, literal.</param>
/// <param name="Now">What it shows.</param>
internal sealed record RecordedStep(Step Step, StepFacts Facts, StepRead? Look, BeforeResult Now)
{
    /// <summary>True when what is there now is what the step left.</summary>
    public bool IsUnchanged => Look is null || !Facts.AfterRead || !Now.Planned || JsonNode.DeepEquals(Now.Value, Facts.After);

    /// <summary>What the step made inside its resource, by the name that another step's conditions know it by.</summary>
    public string? Inside { get; init; }

    public string Resource => Facts.Resource ?? StepResource.Shown(Step.Resource, Step.Call);
}
