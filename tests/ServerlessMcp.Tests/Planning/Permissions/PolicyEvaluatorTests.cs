using System.Text.RegularExpressions;
using CsCheck;
using ServerlessMcp.Planning.Permissions;

namespace ServerlessMcp.Tests.Planning.Permissions;

/// <summary>Cases from the IAM User Guide ("Policy evaluation logic", "IAM JSON policy elements"), and a law against a second evaluation written anew.</summary>
public sealed class PolicyEvaluatorTests
{
    private const string Bucket = "arn:aws:s3:::logs";

    [Theory]
    [InlineData("""{ "Effect": "Allow", "Action": "*", "Resource": "*" }""", "Allowed")]
    [InlineData("""{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }""", "Allowed")]
    [InlineData("""{ "Effect": "Allow", "Action": ["ec2:*", "S3:delete*"], "Resource": ["arn:aws:s3:::l?gs"] }""", "Allowed")]
    [InlineData("""{ "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::LOGS" }""", "ImplicitDeny")]
    [InlineData("""{ "Effect": "Allow", "Action": "s3:DeleteBucket", "Resource": "arn:aws:s3:::logs/*" }""", "ImplicitDeny")]
    [InlineData("""{ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }""", "Allowed")]
    [InlineData("""{ "Effect": "Allow", "NotAction": ["iam:*", "s3:Delete*"], "Resource": "*" }""", "ImplicitDeny")]
    [InlineData("""{ "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::l*" }""", "ImplicitDeny")]
    [InlineData("""{ "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::x*" }""", "Allowed")]
    [InlineData("""{ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } }""", "Unknown")]
    [InlineData("""{ "Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::${aws:username}" }""", "Unknown")]
    [InlineData("""{ "Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::home/${aws:username}" }""", "ImplicitDeny")]
    [InlineData("""{ "Effect": "Allow", "Action": "*", "Resource": "*" }, { "Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*" }""", "ExplicitDeny")]
    [InlineData("""{ "Effect": "Deny", "NotAction": "ec2:*", "Resource": "*" }, { "Effect": "Allow", "Action": "*", "Resource": "*" }""", "ExplicitDeny")]
    [InlineData("""{ "Effect": "Allow", "Action": "*", "Resource": "*" }, { "Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::other" }""", "Allowed")]
    public void One_policy_decides(string statements, string ruling) =>
        Assert.Equal(ruling, Decide(statements, new("s3:DeleteBucket", Bucket, true)).Ruling.ToString());

    [Fact]
    public void A_deny_under_a_condition_is_not_known_and_worth_a_warning()
    {
        var decision = Decide(
            """{ "Effect": "Allow", "Action": "*", "Resource": "*" }, { "Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": { "StringNotEquals": { "aws:RequestedRegion": "eu-west-1" } } }""",
            new("s3:DeleteBucket", Bucket, true));

        Assert.Equal((Ruling.Unknown, true, "policy p denies it under a condition on aws:RequestedRegion"), (decision.Ruling, decision.MayBeDenied, decision.Why));
    }

    [Theory]
    [InlineData("arn:aws:ec2:*:*:vpc/*", "Allowed")]
    [InlineData("arn:aws:ec2:*:*:vpc/vpc-1", "Unknown")]
    [InlineData("arn:aws:ec2:*:*:subnet/*", "ImplicitDeny")]
    public void What_is_not_known_yet_is_allowed_only_by_what_covers_all_of_it(string pattern, string ruling) =>
        Assert.Equal(ruling, Decide($$"""{ "Effect": "Allow", "Action": "*", "Resource": "{{pattern}}" }""", new("ec2:DeleteVpc", "arn:aws:ec2:eu-west-1:111122223333:vpc/*", false)).Ruling.ToString());

    [Fact]
    public void What_is_asked_for_on_everything_needs_a_statement_on_everything()
    {
        var need = new PermissionNeed("ec2:DescribeVpcs", "*", true);

        Assert.Equal(Ruling.Allowed, Decide("""{ "Effect": "Allow", "Action": "ec2:*", "Resource": "*" }""", need).Ruling);
        Assert.Equal(Ruling.ImplicitDeny, Decide("""{ "Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:vpc/*" }""", need).Ruling);
    }

    [Theory]
    [InlineData("Allow", "s3:*", "Allowed", "")]
    [InlineData("Allow", "ec2:*", "ImplicitDeny", "the caller's permissions boundary does not allow it")]
    [InlineData("Deny", "s3:*", "ExplicitDeny", "policy b denies it")]
    public void A_boundary_must_allow_it_too(string effect, string action, string ruling, string why)
    {
        var policies = Statements("p", """{ "Effect": "Allow", "Action": "*", "Resource": "*" }""");
        var boundary = Statements("b", $$"""{ "Effect": "{{effect}}", "Action": "{{action}}", "Resource": "*" }""");

        var decision = PolicyEvaluator.Decide(policies, boundary, new("s3:DeleteBucket", Bucket, true));

        Assert.Equal((ruling, why), (decision.Ruling.ToString(), decision.Why));
    }

    [Theory]
    [InlineData("""{ "Version": "2012-10-17" }""")]
    [InlineData("""{ "Statement": [{ "Effect": "Allow", "Action": "*" }] }""")]
    [InlineData("""{ "Statement": { "Effect": "Perhaps", "Action": "*", "Resource": "*" } }""")]
    [InlineData("""{ "Statement": [{ "Effect": "Allow", "Action": [{}], "Resource": "*" }] }""")]
    [InlineData("""{ "Statement": [null] }""")]
    [InlineData("not json")]
    public void What_is_no_policy_is_said(string document) => Assert.Throws<FormatException>(() => PolicyStatement.Parse("p", document));

    [Fact]
    public void A_percent_encoded_document_is_read() =>
        Assert.Single(PolicyStatement.Parse("p", Uri.EscapeDataString("""{ "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } }""")));

    /// <summary>Without conditions and variables, and on a known resource, the answer is one of three, and the same as the rule written down naively.</summary>
    [Fact]
    public void Without_conditions_it_is_the_documented_rule()
    {
        var actions = OneOf("*", "a:*", "a:X", "A:x", "a:?", "b:*", "a:XX");
        var arns = OneOf("*", "arn:t/*", "arn:t/1", "arn:t/?", "arn:u/*", "arn:T/1");
        var statement = Gen.Select(Gen.Bool, Gen.Bool, actions.Array[1, 3], Gen.Bool, arns.Array[1, 3]);
        var need = Gen.Select(OneOf("a:X", "b:Y", "a:XX"), OneOf("arn:t/1", "arn:t/12", "arn:u/1", "*"));

        Gen.Select(statement.Array[0, 5], need).Sample((drawn, asked) =>
        {
            var policies = drawn.Select(one => new PolicyStatement(
                "p", one.Item1, one.Item2 ? one.Item3 : null, one.Item2 ? null : one.Item3, one.Item4 ? one.Item5 : null, one.Item4 ? null : one.Item5, [])).ToList();

            var decided = PolicyEvaluator.Decide(policies, null, new(asked.Item1, asked.Item2, true)).Ruling;

            var matching = drawn.Where(one =>
                one.Item3.Any(action => Fits(action, asked.Item1, RegexOptions.IgnoreCase)) == one.Item2
                && one.Item5.Any(arn => Fits(arn, asked.Item2, RegexOptions.None)) == one.Item4).ToList();
            var expected = matching.Any(one => one.Item1) ? Ruling.ExplicitDeny : matching.Count > 0 ? Ruling.Allowed : Ruling.ImplicitDeny;
            Assert.Equal(expected, decided);
        });
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(n => texts[n]);

    private static bool Fits(string pattern, string text, RegexOptions options) =>
        Regex.IsMatch(text, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$", options);

    private static Decision Decide(string statements, PermissionNeed need) => PolicyEvaluator.Decide(Statements("p", statements), null, need);

    private static IReadOnlyList<PolicyStatement> Statements(string name, string statements) =>
        PolicyStatement.Parse(name, $$"""{ "Version": "2012-10-17", "Statement": [{{statements}}] }""");
}
