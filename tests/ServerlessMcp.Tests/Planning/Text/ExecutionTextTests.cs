using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning.Text;

public sealed class ExecutionTextTests
{
    [Fact]
    public async Task An_execution_that_left_something_reads_as_in_the_golden_file()
    {
        var planned = await new PlannerFixture().PlanAsync(
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }"""),
            Step("second", "ec2", "CreateVpc", """{ "CidrBlock": "10.1.0.0/16" }"""),
            Step("subnet", "ec2", "CreateSubnet", """{ "VpcId": "${steps.vpc.output.Vpc.VpcId}", "CidrBlock": "10.9.0.0/24" }"""),
            Step("last", "ec2", "CreateVpc", """{ "CidrBlock": "10.2.0.0/16" }"""));
        var at = planned.Plan.CreatedAt;
        var execution = new Execution
        {
            ExecutionId = "ex_aaaaaaaaaaaaaaaaaaaaaaaaaa",
            PlanId = "pl_aaaaaaaaaaaaaaaaaaaaaaaaaa",
            Hash = planned.Plan.Hash,
            Title = "Network",
            Owner = "key_ab12",
            Status = ExecutionStatus.RollbackFailed,
            Run = 1,
            CreatedAt = at,
            UpdatedAt = at.AddSeconds(12),
            StartedAt = at,
            EndedAt = at.AddSeconds(12.34),
            StepCount = 4,
            Failure = new("subnet", "InvalidSubnet.Range", "The CIDR '10.9.0.0/24' is invalid.", "req-1"),
            Left = [new("vpc", "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1", "It no longer holds that the VPC has no subnet.", """ec2:DescribeVpcs {"VpcIds":["vpc-1"]}""")],
        };
        IReadOnlyList<StepFacts> facts =
        [
            new() { StepId = "vpc", Index = 0, Status = StepStatus.UndoSkipped, Resource = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1" },
            new() { StepId = "second", Index = 1, Status = StepStatus.UndoWaiting, Attempts = 3, Busy = new("RequestLimitExceeded", "slow down") },
            new() { StepId = "subnet", Index = 2, Status = StepStatus.Refused, Error = new("InvalidSubnet.Range", "The CIDR\n+ fake: line is invalid.") },
        ];

        Golden.Matches("execution.txt", ExecutionText.Render(execution, planned.Plan, facts, null, at.AddSeconds(20)));
    }
}
