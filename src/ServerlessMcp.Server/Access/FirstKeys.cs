namespace ServerlessMcp.Server.Access;

/// <summary>The two keys of a first start, in plain.</summary>
public sealed record FirstKeys(string Agent, string Operator)
{
    /// <summary>They open nothing before <see cref="FirstKeyStore.PutAsync"/>.</summary>
    public static FirstKeys Make(string environment) => new(ApiKey.New(environment).Reveal(), ApiKey.New(environment).Reveal());

    /// <summary>Keeps the keys out of logs.</summary>
    public override string ToString() => nameof(FirstKeys);
}
