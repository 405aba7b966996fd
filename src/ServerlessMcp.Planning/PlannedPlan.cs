using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning;

/// <summary>What a planner gives: nothing is stored and nothing has happened.</summary>
public sealed record PlannedPlan(Plan Plan, PlanPreview Preview);
